import * as z from 'zod/mini';
import { parseDuration } from '#domain/duration.ts';
import { askedMetricNames } from '#domain/metrics/names.ts';
import { type AskedRange, toRange } from '#domain/metrics/range.ts';
import { parseTime } from '#domain/time.ts';
import { anyCase, describe, serviceName, version } from '../fields.ts';
import { input } from '../request.ts';

const path = { service: serviceName };

/** A plus that nobody encoded comes as a space. */
const toPlus = (time: string) => time.replace(/ (?=\d\d:\d\d$)/, '+');

/** As Prometheus takes times. Gives epoch seconds. */
const instant = describe(
  z.pipe(
    z.string(),
    z.transform((value, { issues }): number => {
      const seconds = /^\d{1,11}(\.\d{1,3})?$/.test(value)
        ? Number(value)
        : (parseTime(toPlus(value))?.getTime() ?? Number.NaN) / 1000;
      if (!Number.isNaN(seconds)) return seconds;
      const message = 'must be an RFC 3339 time, such as 2030-01-31T09:00:00Z, or seconds since 1970';
      issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    }),
  ),
  { type: 'string', description: 'An RFC 3339 time, or seconds since 1970.' },
);

const longestGranule = 7 * 86_400;

/** Gives seconds. */
const granule = describe(
  z.pipe(
    z.string(),
    z.transform((value, { issues }): number => {
      const seconds = parseDuration(value) ?? Number.NaN;
      if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestGranule) return seconds;
      const message = 'must be whole seconds, or a duration such as "1m", "5m" or "1h", of at most 7 days';
      issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    }),
  ),
  { type: 'string', pattern: '^\\d{1,9}[smhd]?$', description: 'A duration such as 1m, 5m or 1h.' },
);

/** What is wrong with the range as a whole, told together with whatever else is wrong with the request. */
const checkRange = z.check<unknown>(
  ({ value, issues }) => {
    const faulty = new Set(issues.map(({ path: [place, name] = [] }) => (place === 'query' ? name : undefined)));
    // Without its ends nothing can be said of a range.
    if (faulty.has('start') || faulty.has('end')) return;
    const { start, end, granule } = (value as { query: AskedRange }).query;
    const range = toRange({ start, end, granule: faulty.has('granule') ? undefined : granule }, Date.now() / 1000);
    if ('step' in range) return;
    for (const { field, message } of range) {
      issues.push({ code: 'custom', message, input: value, path: ['query', field] });
    }
  },
  { when: () => true },
);

export const getMetricInput = input({
  path: { ...path, name: anyCase(askedMetricNames) },
  query: {
    version: z.optional(version),
    start: z.optional(instant),
    end: z.optional(instant),
    granule: z.optional(granule),
  },
}).check(checkRange);

export const getMetricStatsInput = input({ path });
