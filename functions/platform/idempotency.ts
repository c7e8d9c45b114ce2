import { createHash, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Once } from './database.ts';
import type { RawInput } from './input.ts';
import { invalidRequest } from './problem.ts';

/**
 * How to do what a request asks once: for the Idempotency-Key of a POST, or else for this one request, whose statements may
 * be sent again. The fingerprint is of what the body says, not of how it is written, and of who asks, by the id that the
 * authorizer gave: a key is nobody else's way to another's answer, whatever they are called.
 */
export function readOnce(event: APIGatewayProxyEvent, raw: RawInput): Once {
  const key = event.httpMethod === 'POST' ? raw.headers['idempotency-key'] : undefined;
  // The space makes it one that no client can have. API Gateway's id of a request is one that clients may choose.
  if (key === undefined) return { key: `request ${randomUUID()}`, fingerprint: '' };
  const { path, query, body } = raw;
  const { principalId } = event.requestContext.authorizer ?? {};
  const request = write([event.httpMethod, event.resource, path, query, body, principalId]);
  return { key, fingerprint: createHash('sha256').update(request).digest('base64url') };
}

/** The same for a further statement of one request, whose answer is to be remembered as well. */
export function alsoOnce(once: Once, step: string): Once {
  return { key: `${once.key} ${step}`, fingerprint: once.fingerprint };
}

function write(request: readonly unknown[]): string {
  try {
    return JSON.stringify(request, sortMembers);
  } catch {
    // JSON is read to any depth, but written only as deep as the stack is.
    throw invalidRequest([{ path: 'body', message: 'is nested too deeply' }]);
  }
}

function sortMembers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
