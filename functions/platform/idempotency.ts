import { createHash } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Actor } from '#domain/actor.ts';
import type { Once } from './database.ts';
import type { RawInput } from './input.ts';

/**
 * How to do what a request asks once for its Idempotency-Key; undefined: it has none. The fingerprint is of what the
 * body says, not of how it is written, and of who asks: a key is nobody else's way to another's answer.
 */
export function readOnce(event: APIGatewayProxyEvent, raw: RawInput, actor: Actor): Once | undefined {
  const key = raw.headers['idempotency-key'];
  if (key === undefined) return undefined;
  const { path, query, body } = raw;
  const request = JSON.stringify([event.httpMethod, event.resource, path, query, body, actor.name], sortMembers);
  return { key, fingerprint: createHash('sha256').update(request).digest('base64url') };
}

/** The same for a further statement of one request, whose answer is to be remembered as well. */
export function alsoOnce(once: Once | undefined, step: string): Once | undefined {
  return once && { key: `${once.key} ${step}`, fingerprint: once.fingerprint };
}

function sortMembers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
