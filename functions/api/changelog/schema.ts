import * as z from 'zod/mini';
import { health, serviceName, version } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { listChangesInput } from './input.ts';

const count = z.int().check(z.minimum(0));

const change = z.object({
  service: serviceName,
  version,
  startTime: timestamp,
  endTime: z.optional(timestamp),
  instances: count,
  totalInstances: count,
  health,
  batches: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      start: z.optional(timestamp),
      end: z.optional(timestamp),
      anomaly: z.optional(z.string()),
    }),
  ),
});
z.globalRegistry.add(change, { id: 'Change' });

export const listChanges: Operation = {
  tag: 'changelog',
  summary: 'Lists the deployments that have begun, newest first, with what came of each batch.',
  description:
    'Each shows its first 100 batches. Its health is `error` where it failed, `warning` where instances did, or something else stopped it by itself, or it was rolled back. ' +
    '`anomaly` says what was wrong with a batch: instances that failed, or else the alert or the look that stopped it last.',
  input: listChangesInput,
  answers: { 200: { description: 'The deployments.', schema: page(change) } },
  refusals: [],
};
