import * as z from 'zod/mini';
import { health, serviceName, text, version } from '../fields.ts';
import { postInput } from '../request.ts';

export const reportStateInput = postInput({
  path: { service: serviceName },
  body: z.strictObject({
    health,
    version: z.optional(version),
    message: z.optional(text(2000)),
    correlationId: z.optional(text(200)),
  }),
});
