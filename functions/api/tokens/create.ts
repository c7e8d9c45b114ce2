import { randomUUID } from 'node:crypto';
import { createToken } from '#data/tokens.ts';
import { hashToken } from '#domain/token.ts';
import { endpoint } from '#platform/endpoint.ts';
import { newToken } from '#platform/new-token.ts';
import { createTokenInput } from './input.ts';

export const handler = endpoint(createTokenInput, async ({ body, actor, once }) => {
  const id = randomUUID();
  const token = newToken();
  const made = await createToken(
    {
      id,
      hash: hashToken(token),
      name: body.name,
      role: body.role,
      service: body.service,
      expiresAt: body.expiresAt?.toISOString(),
      actor,
    },
    once,
  );
  // Another one was made under this key before, and of that only the hash is left.
  return { status: 201, body: made.id === id ? { ...made, token } : made };
});
