import * as z from 'zod/mini';
import { cursor, limit } from '../fields.ts';
import { input } from '../request.ts';

export const listChangesInput = input({
  query: { limit: z.optional(limit), start: z.optional(cursor('changelog', 'number', 'string')) },
});
