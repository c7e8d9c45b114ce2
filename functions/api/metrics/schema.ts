import * as z from 'zod/mini';
import { metricNames } from '#domain/metrics/names.ts';
import type { Operation } from '../schema.ts';
import { getMetricInput, getMetricStatsInput } from './input.ts';

const tag = 'metrics';

const range = z.looseObject({
  status: z.literal('success'),
  data: z.looseObject({
    resultType: z.literal('matrix'),
    result: z.array(
      z.looseObject({
        metric: z.record(z.string(), z.string()),
        values: z.optional(z.array(z.array(z.union([z.number(), z.string()])).check(z.length(2)))),
      }),
    ),
  }),
});
z.globalRegistry.add(range, { id: 'MetricRange' });

const metrics = z.array(z.object({ name: z.enum(metricNames), value: z.nullable(z.number()) }));

const stats = z.object({
  summary: z.object({ metrics }),
  items: z.array(z.object({ version: z.string(), metrics })),
});
z.globalRegistry.add(stats, { id: 'MetricStats' });

export const getMetric: Operation = {
  tag,
  summary: 'Reads a metric of a service, or of one version of it, over time.',
  description:
    'The body is what Prometheus answers to `query_range`, in its units, where `metricStats` has those that people read: `latency` in seconds, `traffic` in requests a second, `errorRatio` (or `errors`) and `saturation` as shares from 0 to 1. ' +
    'Without `start` it begins an hour before `end`, which is now if left out; both are rounded down to the granule. Without `granule`, it is the finest of 1m, 5m, 15m, 1h, 6h and 1d that gives no more than 300 points; 11,000 at most are answered.',
  input: getMetricInput,
  answers: { 200: { description: "Prometheus' answer.", schema: range } },
  refusals: ['serviceNotFound'],
  example: {
    answer: {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: {},
            values: [
              [1893456000, '0.125'],
              [1893456060, '0.131'],
            ],
          },
        ],
      },
    },
  },
};

const shown = (latency: number, traffic: number) => [
  { name: 'latency', value: latency },
  { name: 'traffic', value: traffic },
  { name: 'errorRatio', value: 0 },
  { name: 'saturation', value: null },
];

export const getMetricStats: Operation = {
  tag,
  summary: 'Shows the four golden signals of a service now, in total and by version.',
  description:
    'Latency (of which 95 of 100 requests have less) in milliseconds, traffic in requests a second, errorRatio and saturation in per cent, over the last minute, or four scrapes if they take longer; null where there is no data. ' +
    'The versions are those that instances run or are being told to run, and those that Prometheus sees, 100 at most.',
  input: getMetricStatsInput,
  answers: { 200: { description: 'The signals.', schema: stats } },
  refusals: ['serviceNotFound'],
  example: {
    answer: { summary: { metrics: shown(140, 12.5) }, items: [{ version: 'v1.2.0', metrics: shown(140, 12.5) }] },
  },
};
