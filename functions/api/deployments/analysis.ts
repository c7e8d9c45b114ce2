import * as z from 'zod/mini';
import { type Check, comparedMetrics, reactions } from '#domain/analysis/policy.ts';
import { askedMetricNames, type MetricName, toMetricName } from '#domain/metrics/names.ts';
import { duration } from '../fields.ts';
import { template } from '../template.ts';

/** `"5%"` is 0.05. */
const share = z.union([
  z.number().check(z.minimum(0), z.maximum(100)),
  z.pipe(
    z.string().check(z.regex(/^\d{1,4}(\.\d{1,6})?%$/, 'must be a share such as 0.05 or "5%"')),
    z.transform(value => Number(value.slice(0, -1)) / 100),
  ),
]);

/** `"250ms"` is 0.25, and so are `"25%"` and `0.25`. */
const bound = z.union([
  z.number(),
  z.pipe(
    z
      .string()
      .check(
        z.regex(/^\d{1,9}(\.\d{1,6})?(%|ms|s|m)$/, 'must be a number, or one with a unit such as "250ms" or "5%"'),
      ),
    z.transform(readBound),
  ),
]);

const perUnit = { '%': 0.01, ms: 0.001, s: 1, m: 60 } as const;

function readBound(value: string): number {
  const [, number, unit] = /^([\d.]+)(.+)$/.exec(value) ?? [];
  // Rounded, since 7 times 0.01 is a little more than 0.07.
  return Number((Number(number) * perUnit[unit as keyof typeof perUnit]).toPrecision(15));
}

const metric = z.pipe(z.enum(askedMetricNames), z.transform(toMetricName));

/** One shape with a rule for each combination, so that a fault is told in the words of what was meant. */
const check = z.pipe(
  z
    .strictObject({
      metric: z.optional(metric),
      query: z.optional(template(4000)),
      maxIncrease: z.optional(share),
      max: z.optional(bound),
      min: z.optional(bound),
    })
    .check(
      z.check(({ value, issues }) => void issues.push(...findFaults(value).map(fault => ({ ...fault, input: value })))),
    ),
  z.transform(value => value as Check),
);

interface AskedCheck {
  readonly metric?: MetricName | undefined;
  readonly query?: string | undefined;
  readonly maxIncrease?: number | undefined;
  readonly max?: number | undefined;
  readonly min?: number | undefined;
}

function findFaults({ metric, query, maxIncrease, max, min }: AskedCheck) {
  const faults: { code: 'custom'; message: string; path: string[] }[] = [];
  const add = (message: string, ...path: string[]) => faults.push({ code: 'custom', message, path });
  if ((metric === undefined) === (query === undefined)) add('needs either "metric" or "query"');
  if (maxIncrease === undefined) {
    if (max === undefined && min === undefined) add('needs "max", "min" or "maxIncrease"');
    if (max !== undefined && min !== undefined && min > max) add('is more than "max"', 'min');
    return faults;
  }
  if (max !== undefined) add('stands in a check of its own, apart from "maxIncrease"', 'max');
  if (min !== undefined) add('stands in a check of its own, apart from "maxIncrease"', 'min');
  if (query !== undefined) add('cannot be compared: "maxIncrease" needs a metric', 'query');
  else if (metric !== undefined && !comparedMetrics.some(name => name === metric)) {
    add(`must be ${comparedMetrics.join(' or ')} where "maxIncrease" compares`, 'metric');
  }
  return faults;
}

const reaction = z.optional(z.enum(reactions));

/**
 * What a release is judged by; `true` means all defaults, `false` none, though its service has some. Made for the first request that has one, as the strategy is.
 */
export const analysis = z.lazy(() =>
  z.union([
    z.boolean(),
    z.strictObject({
      interval: z.optional(z.pipe(duration('some'), z.number().check(z.minimum(1), z.maximum(3600)))),
      initialDelay: z.optional(duration('none')),
      count: z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
      watch: z.optional(duration('none')),
      window: z.optional(z.pipe(duration('some'), z.number().check(z.minimum(1)))),
      checks: z.optional(z.array(check).check(z.minLength(1), z.maxLength(20))),
      failureLimit: z.optional(z.int().check(z.minimum(0), z.maximum(1000))),
      providerErrorLimit: z.optional(z.int().check(z.minimum(0), z.maximum(1000))),
      minSamples: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000_000))),
      onNoData: reaction,
      onProviderError: reaction,
      alpha: z.optional(z.number().check(z.gt(0), z.maximum(0.2))),
    }),
  ]),
);
