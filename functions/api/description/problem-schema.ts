import * as z from 'zod/mini';
import { type RefusalCode, refusalStatus } from '#domain/refusal.ts';

const codes = Object.keys(refusalStatus) as RefusalCode[];

/** Why a request was refused; some codes add members of their own. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes),
  requestId: z.string(),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});
z.globalRegistry.add(problem, { id: 'Problem' });
