import * as z from 'zod/mini';
import { anyCase, cursor, limit, serviceName, text, version } from '../fields.ts';
import { input, postInput } from '../request.ts';

const path = { service: serviceName };

export const createVersionInput = postInput({
  path,
  body: z.strictObject({ version, artifact: z.optional(text(2000)), description: z.optional(text(1000)) }),
});

export const listActiveVersionsInput = input({
  path,
  query: { limit: z.optional(limit), start: z.optional(cursor('activeVersions', 'string')) },
});

export const listAvailableVersionsInput = input({
  path,
  query: {
    type: z.optional(anyCase(['unrelease', 'all'])),
    limit: z.optional(limit),
    start: z.optional(cursor('availableVersions', 'number', 'string')),
  },
});
