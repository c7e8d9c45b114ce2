import * as z from 'zod/mini';
import { verdicts } from '#domain/analysis/look.ts';
import { instanceID } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { listLooksInput, listSamplesInput } from './input.ts';

const tag = 'deployments';
const count = z.int().check(z.minimum(0));

const verdict = z.enum(verdicts);

const look = z.object({
  number: count,
  batch: count,
  time: timestamp,
  verdict,
  checks: z.array(
    z.object({
      check: count,
      rule: z.string(),
      verdict,
      query: z.optional(z.string()),
      value: z.optional(z.nullable(z.number())),
      effect: z.optional(z.nullable(z.number())),
      interval: z.optional(z.array(z.nullable(z.number())).check(z.length(2))),
      n: z.optional(z.object({ new: count, old: count })),
      instance: z.optional(z.nullable(z.string())),
      basis: z.optional(z.string()),
      reason: z.optional(z.string()),
    }),
  ),
  queries: z.array(z.string()),
  samples: count,
  error: z.nullable(z.string()),
  silence: z.nullable(z.string()),
  strangers: z.optional(z.array(z.string())),
  otherVersions: z.optional(z.array(z.string())),
  window: z.object({ start: timestamp, end: timestamp }),
});
z.globalRegistry.add(look, { id: 'Look' });

export const listLooks: Operation = {
  tag,
  summary: 'Lists the looks at a deployment, oldest first, with the verdict and the facts of each check.',
  input: listLooksInput,
  answers: { 200: { description: 'The looks.', schema: page(look) } },
  refusals: ['deploymentNotFound'],
  example: {
    answer: {
      items: [
        {
          number: 0,
          batch: 0,
          time: '2030-01-31T09:02:00.000Z',
          verdict: 'pass',
          checks: [
            {
              check: 0,
              rule: "latency at most 5 % above the old version's",
              verdict: 'pass',
              effect: 0.004,
              interval: [-0.02, 0.03],
              n: { new: 412, old: 39_120 },
              instance: 'user-1',
              basis: 'pastAndOthers',
            },
            {
              check: 1,
              rule: 'errorRatio at most 5 %',
              verdict: 'pass',
              query: 'sum(rate(http_requests_total{service=~"user-service",version=~"v1\\.2\\.0",code=~"5.."}[60s]))',
              value: 0.002,
            },
          ],
          queries: ['sum by (instance, version) (http_requests_total{service=~"user-service"})'],
          samples: 412,
          error: null,
          silence: null,
          window: { start: '2030-01-31T09:01:00.000Z', end: '2030-01-31T09:01:30.000Z' },
        },
      ],
    },
  },
};

const grid = z.object({ origin: timestamp, interval: z.number() });

const samples = z.object({ look: z.int(), buckets: z.array(z.number()), counts: z.record(instanceID, z.array(count)) });
z.globalRegistry.add(samples, { id: 'Samples' });

export const listSamples: Operation = {
  tag,
  summary: 'Lists what the instances did, look by look: what a deployment was judged from.',
  description: [
    'Look `n` of the grid lasts `grid.interval` seconds and begins `n * grid.interval` after `grid.origin`; those below 0 are the past of the deployment.',
    'The counts of an instance are `[requests, errors, count of each latency bucket…, that of +Inf]`, of that look alone; the upper bounds of the buckets, in seconds, are `buckets`.',
    'With `isPruned` they have been kept for their time, and are gone or going.',
    'An instance that was not seen throughout a look is not in it. Looks of a large fleet come in several items, each with other instances.',
    '`updatedAtLook` in `/deployments/{deployID}/instances` says which look of an instance was the first on the new version.',
  ].join(' '),
  input: listSamplesInput,
  answers: {
    200: {
      description: 'The samples.',
      schema: z.extend(page(samples), { grid: z.optional(grid), isPruned: z.optional(z.literal(true)) }),
    },
  },
  refusals: ['deploymentNotFound'],
  example: {
    answer: {
      grid: { origin: '2030-01-31T09:00:00.000Z', interval: 30 },
      items: [{ look: 2, buckets: [0.1, 0.5, 1], counts: { 'user-1': [412, 1, 390, 20, 2, 0] } }],
      next: 'WyJzYW1wbGVzIiwyLDBd',
    },
  },
};
