import * as z from 'zod/mini';
import { roles, rolesOfOneService } from '#domain/roles.ts';
import { cursor, limit, serviceName, text, time } from '../fields.ts';
import { input, postInput } from '../request.ts';

const expiresAt = z.pipe(time, z.date().check(z.refine(at => at.getTime() > Date.now(), 'must be in the future')));

interface Scope {
  readonly role?: unknown;
  readonly service?: unknown;
}

const isOfOneService = ({ role }: Scope) => rolesOfOneService.some(known => known === role);
const isOfAll = ({ role }: Scope) => roles.some(known => known === role) && !isOfOneService({ role });

/** Also where other members have faults, so that all are told at once. */
const when = ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null;

const names = rolesOfOneService.join(', ');

/** A service is for those whom it restricts, and nobody else: a restriction that is not kept must not look like one. */
const newToken = z
  .strictObject({
    name: text(100).check(z.regex(/\S/, 'must say whose it is')),
    role: z.enum(roles),
    service: z.optional(serviceName),
    expiresAt: z.optional(expiresAt),
  })
  .check(
    z.refine((token: Scope) => token.service !== undefined || !isOfOneService(token), {
      when,
      path: ['service'],
      message: `is required for the role ${names}`,
    }),
    z.refine((token: Scope) => token.service === undefined || !isOfAll(token), {
      when,
      path: ['service'],
      message: `is for the role ${names} alone`,
    }),
  );

export const createTokenInput = postInput({ body: newToken });

export const listTokensInput = input({
  query: { limit: z.optional(limit), start: z.optional(cursor('tokens', 'number', 'string')) },
});

export const tokenID = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the id of a token'));

export const revokeTokenInput = input({ path: { id: tokenID } });
