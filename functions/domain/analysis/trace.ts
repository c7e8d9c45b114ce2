import type { Trace } from '../judge/trace.ts';
import { firstLookAfter, type Grid, historyLooks } from './grid.ts';
import type { Counts } from './samples.ts';

/** The counts of one look of the grid, as they are stored. */
export interface Sample {
  readonly look: number;
  /** Upper bounds of the buckets of its counts, in seconds; +Inf follows. */
  readonly buckets: readonly number[];
  readonly counts: Counts;
}

export interface PlannedInstance {
  readonly id: string;
  /** When it was first seen on the new version, in seconds since the epoch; null: it was not. */
  readonly updateTime: number | null;
}

/**
 * What the judge reads, up to a look of the grid. Instances that are not among the planned ones run the old version. Where looks were cut into
 * other buckets than others, only the bounds that all have in common count, which is exact.
 */
export function toTrace(
  grid: Grid,
  samples: readonly Sample[],
  planned: readonly PlannedInstance[],
  upTo: number,
): Trace {
  const known = samples.filter(({ look, counts }) => look <= upTo && Object.keys(counts).length > 0);
  const buckets = commonBounds(known.map(sample => sample.buckets));
  const looks: Record<string, readonly number[]>[] = Array.from({ length: upTo + historyLooks + 1 }, () => ({}));
  for (const sample of known) {
    for (const [instance, counts] of Object.entries(sample.counts)) {
      const rows = looks[sample.look + historyLooks];
      if (rows) rows[instance] = regroup(counts, sample.buckets, buckets);
    }
  }
  return {
    lookSeconds: grid.interval,
    startLook: historyLooks,
    buckets,
    instances: instancesOf(grid, known, planned),
    looks,
  };
}

function instancesOf(grid: Grid, samples: readonly Sample[], planned: readonly PlannedInstance[]) {
  const inPlan = new Set(planned.map(({ id }) => id));
  const others = new Set(samples.flatMap(({ counts }) => Object.keys(counts).filter(id => !inPlan.has(id))));
  // In one order, whoever has left the plan since: of two that tell as much it names the same.
  return [
    ...planned.map(({ id, updateTime }) => ({ id, updatedAtLook: toIndex(grid, updateTime) })),
    ...[...others].map(id => ({ id, updatedAtLook: null })),
  ].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Who ran the new version before there was a look has always run it. */
function toIndex(grid: Grid, updateTime: number | null): number | null {
  return updateTime === null ? null : Math.max(0, firstLookAfter(grid, updateTime) + historyLooks);
}

function commonBounds([first = [], ...others]: readonly (readonly number[])[]): readonly number[] {
  return others.reduce(
    (common, buckets) => (isSame(common, buckets) ? common : common.filter(le => buckets.includes(le))),
    first,
  );
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((le, at) => le === other[at]);
}

/** `to` is part of `from`: neighbouring buckets become one. */
function regroup(row: readonly number[], from: readonly number[], to: readonly number[]): readonly number[] {
  if (isSame(from, to)) return row;
  const [requests = 0, errors = 0, ...counts] = row;
  const merged = Array.from({ length: to.length + 1 }, () => 0);
  let bucket = 0;
  for (const [at, count] of counts.entries()) {
    while (bucket < to.length && (from[at] ?? Number.POSITIVE_INFINITY) > (to[bucket] ?? Number.POSITIVE_INFINITY))
      bucket++;
    merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return [requests, errors, ...merged];
}
