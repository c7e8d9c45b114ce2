import * as z from 'zod/mini';
import { cursor, deployID, limit } from '../fields.ts';
import { input } from '../request.ts';

const path = { deployID };

export const listLooksInput = input({
  path,
  query: { limit: z.optional(limit), start: z.optional(cursor('looks', 'number')) },
});

export const listSamplesInput = input({
  path,
  query: { limit: z.optional(limit), start: z.optional(cursor('samples', 'number', 'number')) },
});
