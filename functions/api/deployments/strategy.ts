import * as z from 'zod/mini';
import { duration } from '../fields.ts';

/**
 * A name stands for that strategy with its defaults. Made for the first request that has one: it is the largest schema there
 * is, and every function that takes a deployment would make it when it starts.
 */
export const strategy = z.lazy(() => {
  const seconds = z.optional(duration('none'));

  const common = {
    batchTimeoutSeconds: z.optional(duration('some')),
    graceSeconds: seconds,
    maxFailures: z.optional(z.int().check(z.minimum(0), z.maximum(1_000_000))),
    onFailure: z.optional(z.enum(['rollback', 'pause'])),
  };

  const rolling = z.strictObject({
    type: z.literal('rolling'),
    batchSize: z.optional(
      z.union([
        z.int().check(z.minimum(1), z.maximum(1_000_000)),
        z.string().check(z.regex(/^(100|[1-9]\d?)%$/, 'must be a number of instances, or a share such as "25%"')),
      ]),
    ),
    bakeSeconds: seconds,
    ...common,
  });

  const step = z.strictObject({
    weight: z.number().check(z.gt(0), z.maximum(100)),
    bakeSeconds: seconds,
    gate: z.optional(z.boolean()),
  });

  const steps = z.array(step).check(
    z.minLength(1),
    z.maxLength(100),
    z.check(({ value, issues }) => {
      for (const [at, { weight }] of value.entries()) {
        const before = value[at - 1]?.weight;
        if (before !== undefined && weight <= before) {
          issues.push({ code: 'custom', message: `must be more than ${before}`, input: weight, path: [at, 'weight'] });
        }
      }
    }),
  );
  z.globalRegistry.add(steps, {
    description: 'Weights are cumulative shares of the instances in per cent, ascending.',
  });

  const canary = z.strictObject({ type: z.literal('canary'), steps: z.optional(steps), ...common });

  const allAtOnce = z.strictObject({ type: z.literal('allAtOnce'), ...common });

  return z.union([
    z.enum(['rolling', 'canary', 'allAtOnce']),
    z.discriminatedUnion('type', [rolling, canary, allAtOnce]),
  ]);
});
