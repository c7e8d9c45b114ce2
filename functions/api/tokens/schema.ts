import * as z from 'zod/mini';
import { roles } from '#domain/roles.ts';
import { serviceName } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { createTokenInput, listTokensInput, revokeTokenInput, tokenID } from './input.ts';

const token = z.object({
  id: tokenID,
  name: z.string(),
  role: z.enum(roles),
  service: z.optional(serviceName),
  createTime: timestamp,
  createdBy: z.object({ name: z.string(), role: z.string() }),
  expiresAt: z.optional(timestamp),
  lastUseTime: z.optional(timestamp),
});
z.globalRegistry.add(token, { id: 'Token' });

export const createToken: Operation = {
  tag: 'tokens',
  summary: 'Makes a token.',
  description:
    'The role `agent` is for one `service`, and no other role takes one. The answer is the only one that ever holds the `token` itself. Under an Idempotency-Key that was used before the answer is the first one without `token`: nobody knows it any more.',
  input: createTokenInput,
  answers: { 201: { description: 'The token.', schema: z.extend(token, { token: z.optional(z.string()) }) } },
  refusals: [],
  example: {
    body: { name: 'agents of user-service', role: 'agent', service: 'user-service' },
    answer: {
      id: '5a1c8f0e-0b5c-4a6e-9d53-0f6f3c1f7a10',
      name: 'agents of user-service',
      role: 'agent',
      service: 'user-service',
      createTime: '2030-01-31T09:00:00.000Z',
      createdBy: { name: 'admin', role: 'admin' },
      token: 'sm_…',
    },
  },
};

export const listTokens: Operation = {
  tag: 'tokens',
  summary: 'Lists the tokens that were not revoked, newest first.',
  description: '`lastUseTime` is to the hour.',
  input: listTokensInput,
  answers: { 200: { description: 'The tokens.', schema: page(token) } },
  refusals: [],
};

export const revokeToken: Operation = {
  tag: 'tokens',
  summary: 'Revokes a token, for good.',
  description: 'It is refused as soon as the answers about it that the gateway keeps have run out.',
  input: revokeTokenInput,
  answers: { 200: { description: 'Its id.', schema: z.object({ id: tokenID }) } },
  refusals: ['tokenNotFound'],
};
