import * as z from 'zod/mini';
import { cursor, limit } from '../fields.ts';
import { input } from '../operation.ts';

export const listChangesInput = input({
  query: { limit: z.optional(limit), start: z.optional(cursor('changelog', 'number', 'string')) },
});
