import * as z from 'zod/mini';
import { cursor, deployID, health, instanceID, limit, serviceName, text, version } from '../fields.ts';
import { input } from '../request.ts';

export const listInstancesInput = input({
  path: { service: serviceName },
  query: { limit: z.optional(limit), start: z.optional(cursor('instances', 'string')) },
});

const path = { service: serviceName, id: instanceID };

const label = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, 'must be 1 to 63 letters, digits, ".", "_", "/", "-"'));

const labels = z
  .record(label, text(255))
  .check(z.refine(value => Object.keys(value).length <= 20, 'must have at most 20 entries'));
z.globalRegistry.add(labels, { maxProperties: 20, description: '`zone` spreads the batches of a release.' });

export const reportInstanceInput = input({
  path,
  body: z.strictObject({
    version: z.nullable(version),
    health: z.optional(health),
    outcome: z.optional(z.enum(['succeeded', 'failed'])),
    deployID: z.optional(deployID),
    message: z.optional(text(10_000)),
    labels: z.optional(labels),
    sequence: z.optional(z.int().check(z.minimum(0))),
  }),
});

export const deregisterInstanceInput = input({ path });
