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

const perUnit = { '%': 0.01, ms: 0.001, s: 1, m: 60 } as const;

type Unit = keyof typeof perUnit;

interface Bound {
  readonly value: number;
  readonly unit?: Unit;
}

/** `"250ms"` is 0.25, and so are `"25%"` and `0.25`. */
const bound = z.union([
  z.pipe(
    z.number(),
    z.transform((value): Bound => ({ value })),
  ),
  z.pipe(
    z
      .string()
      .check(
        z.regex(/^\d{1,9}(\.\d{1,6})?(%|ms|s|m)$/, 'must be a number, or one with a unit such as "250ms" or "5%"'),
      ),
    z.transform(readBound),
  ),
]);

function readBound(text: string): Bound {
  const [, number, rest] = /^([\d.]+)(.+)$/.exec(text) ?? [];
  const unit = rest as Unit;
  // Rounded, since 7 times 0.01 is a little more than 0.07.
  return { value: Number((Number(number) * perUnit[unit]).toPrecision(15)), unit };
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
  z.transform(({ max, min, ...rest }) => ({ ...rest, max: max?.value, min: min?.value }) as Check),
);

interface AskedCheck {
  readonly metric?: MetricName | undefined;
  readonly query?: string | undefined;
  readonly maxIncrease?: number | undefined;
  readonly max?: Bound | undefined;
  readonly min?: Bound | undefined;
}

/** What a bound of a metric is, in words, and the units in which that is said. */
const measures: Readonly<Record<MetricName, { readonly words: string; readonly units: readonly Unit[] }>> = {
  latency: { words: 'a time, in seconds or such as "250ms"', units: ['ms', 's', 'm'] },
  traffic: { words: 'a number of requests a second', units: [] },
  errorRatio: { words: 'a share of at most 1, or such as "5%"', units: ['%'] },
  saturation: { words: 'a share, or such as "80%"', units: ['%'] },
};

/** What is meant in another unit would never be reached. */
function isMeasured(metric: MetricName, { value, unit }: Bound): boolean {
  if (unit !== undefined && !measures[metric].units.includes(unit)) return false;
  return metric !== 'errorRatio' || value <= 1;
}

function findFaults({ metric, query, maxIncrease, max, min }: AskedCheck) {
  const faults: { code: 'custom'; message: string; path: string[] }[] = [];
  const add = (message: string, ...path: string[]) => faults.push({ code: 'custom', message, path });
  if ((metric === undefined) === (query === undefined)) add('needs either "metric" or "query"');
  if (maxIncrease === undefined) {
    if (max === undefined && min === undefined) add('needs "max", "min" or "maxIncrease"');
    if (max !== undefined && min !== undefined && min.value > max.value) add('is more than "max"', 'min');
    for (const [name, bound] of Object.entries({ max, min })) {
      if (metric && bound && !isMeasured(metric, bound))
        add(`must be ${measures[metric].words}: it bounds ${metric}`, name);
    }
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
      minSamples: z.optional(z.int().check(z.minimum(0), z.maximum(1_000_000_000))),
      onNoData: reaction,
      onProviderError: reaction,
      alpha: z.optional(z.number().check(z.gt(0), z.maximum(0.2))),
    }),
  ]),
);
