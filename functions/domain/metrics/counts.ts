import type { CountName } from './names.ts';
import { readNumber, type Series } from './read-answer.ts';

/** Every `step` seconds from `from` to `to`. */
export interface Grid {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Cumulative counters, by instance and version, and the buckets by `le` too: a range of each over the same grid. */
export type Counters = Readonly<Record<CountName, readonly Series[]>>;

/** What an instance did in a look, while it said that it is of this version. */
export interface CountRow {
  /** null: it does not say. */
  readonly version: string | null;
  /** Requests, errors, and the requests in each bucket, +Inf last, each by itself: not cumulative. */
  readonly counts: readonly number[];
}

export interface Counts {
  /** Upper bounds of the buckets, in seconds, ascending; +Inf follows. */
  readonly buckets: readonly number[];
  /** One for each step of the grid, with the time at which it ends. By instance; more than one row: it shows several versions at once. */
  readonly looks: readonly { readonly time: number; readonly rows: Readonly<Record<string, readonly CountRow[]>> }[];
}

/** What one instance showed at one step, while it said that it is of this version. */
interface Reading {
  requests?: number;
  errors: number;
  /** By upper bound. */
  readonly buckets: Map<number, number>;
}

/** By time, instance and version. */
type Readings = ReadonlyMap<number, Map<string, Map<string, Reading>>>;

/**
 * What was counted between two steps, for each instance and version that was there at both ends and whose counters did not go back:
 * one that restarted, or changed its version, has no row in that look. The series of the version before may stay for minutes, when
 * Prometheus did not see them end, or its source goes on to send them. Histograms are a measure of their own: they need not have as
 * many requests as the counter.
 */
export function toCounts(counters: Counters, { from, to, step }: Grid): Counts {
  const buckets = commonBuckets(counters.latencyBuckets);
  const readings = collect(counters);
  const looks = Array.from({ length: Math.round((to - from) / step) }, (_, at) => {
    const time = from + (at + 1) * step;
    const before = readings.get(toKey(time - step));
    const rows = [...(readings.get(toKey(time)) ?? [])].flatMap(([instance, versions]) => {
      const of = [...versions].flatMap(([version, end]) =>
        toRow(version, before?.get(instance)?.get(version), end, buckets),
      );
      return of.length > 0 ? [[instance, of] as const] : [];
    });
    return { time, rows: Object.fromEntries(rows) };
  });
  return { buckets: buckets.filter(Number.isFinite), looks };
}

/** Prometheus keeps time in milliseconds, and writes it in seconds. */
function toKey(time: number): number {
  return Math.round(time * 1000);
}

/** What keeps these from being counters of instances, in words. */
export function checkCounters(counters: Counters): string | undefined {
  for (const [name, by] of Object.entries(countLabels) as [CountName, readonly string[]][]) {
    const keys = counters[name].map(({ labels }) => JSON.stringify(by.map(label => labels[label] ?? '')));
    const isWithoutInstance = counters[name].some(({ labels }) => labels['instance'] === undefined);
    if (isWithoutInstance || new Set(keys).size < keys.length) {
      return `The template ${name} must give one series for each ${by.join(', ')}: sum by (${by.join(', ')}) (…).`;
    }
  }
  return undefined;
}

const countLabels: Readonly<Record<CountName, readonly string[]>> = {
  requestCount: ['instance', 'version'],
  errorCount: ['instance', 'version'],
  latencyBuckets: ['instance', 'version', 'le'],
};

function collect({ requestCount, errorCount, latencyBuckets }: Counters): Readings {
  const readings = new Map<number, Map<string, Map<string, Reading>>>();
  const each = (series: readonly Series[], note: (reading: Reading, value: number, le: number) => void) => {
    for (const { labels, points } of series) {
      const le = readNumber(labels['le'] ?? '');
      for (const [time, value] of points) {
        if (Number.isFinite(value)) note(readingAt(readings, toKey(time), labels), value, le);
      }
    }
  };
  each(requestCount, (reading, value) => {
    reading.requests = value;
  });
  each(errorCount, (reading, value) => {
    reading.errors = value;
  });
  // One bound in two spellings, `1` and `1.0`, is there while an exporter changes them: the same counter, which only grows.
  each(latencyBuckets, ({ buckets }, value, le) => buckets.set(le, Math.max(value, buckets.get(le) ?? 0)));
  return readings;
}

function readingAt(
  readings: Map<number, Map<string, Map<string, Reading>>>,
  time: number,
  { instance = '', version = '' }: Series['labels'],
): Reading {
  const instances = getOrAdd(readings, time, () => new Map<string, Map<string, Reading>>());
  const versions = getOrAdd(instances, instance, () => new Map<string, Reading>());
  return getOrAdd(versions, version, () => ({ errors: 0, buckets: new Map() }));
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/** Bounds that every histogram has: instances that cut the time differently are compared where they cut it alike. */
function commonBuckets(series: readonly Series[]): readonly number[] {
  const bounds = new Map<string, Set<number>>();
  for (const { labels } of series) {
    const of = JSON.stringify([labels['instance'], labels['version']]);
    getOrAdd(bounds, of, () => new Set<number>()).add(readNumber(labels['le'] ?? ''));
  }
  const [first = new Set<number>(), ...others] = bounds.values();
  const common = [...first].filter(le => !Number.isNaN(le) && others.every(other => other.has(le)));
  return [...new Set([...common, Number.POSITIVE_INFINITY])].sort((one, other) => one - other);
}

function toRow(
  version: string,
  start: Reading | undefined,
  end: Reading,
  buckets: readonly number[],
): readonly CountRow[] {
  if (start?.requests === undefined || end.requests === undefined) return [];
  const steps = [end.requests - start.requests, end.errors - start.errors, ...bucketSteps(start, end, buckets)];
  if (steps.some(step => step < 0)) return [];
  const [requests = 0, errors = 0, ...cumulative] = steps.map(Math.round);
  return [{ version: version === '' ? null : version, counts: [requests, errors, ...apart(cumulative)] }];
}

/** A histogram appears with its first request, so one that was not there had none. */
function bucketSteps(start: Reading, end: Reading, buckets: readonly number[]): readonly number[] {
  return buckets.map(le => (end.buckets.get(le) ?? 0) - (start.buckets.get(le) ?? 0));
}

/** From cumulative counts to those of each bucket. Buckets that were not read at one moment may be out of order by a request. */
function apart(cumulative: readonly number[]): readonly number[] {
  let below = 0;
  return cumulative.map(count => {
    const own = Math.max(0, count - below);
    below += own;
    return own;
  });
}
