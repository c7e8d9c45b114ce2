import type { Trace } from '../judge/trace.ts';
import { firstLookAfter, type Grid, historyLooks, mostAtOnce } from './grid.ts';
import type { Counts } from './samples.ts';

/** The counts of one look of the grid, as they are stored. */
export interface Sample {
  readonly look: number;
  /** Upper bounds of the buckets of its counts, in seconds; +Inf follows. */
  readonly buckets: readonly number[];
  readonly counts: Counts;
}

/** Looks whose instances come in several parts, whole. */
export function joinSamples(parts: Iterable<Sample>): readonly Sample[] {
  const samples = new Map<number, Sample>();
  for (const part of parts) {
    samples.set(part.look, { ...part, counts: { ...samples.get(part.look)?.counts, ...part.counts } });
  }
  return [...samples.values()];
}

export interface PlannedInstance {
  readonly id: string;
  /** When it was first seen on the new version, in seconds since the epoch; null: it was not. */
  readonly updateTime: number | null;
  /** It was in the plan once. */
  readonly hasLeft?: boolean;
}

/**
 * What the judge reads, up to a look of the grid. Instances that are not among the planned ones run the old version. Where looks were cut into
 * other buckets than others, only the bounds that all have in common count, which is exact; a look without any tells no latency.
 */
export function toTrace(
  grid: Grid,
  samples: readonly Sample[],
  planned: readonly PlannedInstance[],
  upTo: number,
): Trace {
  const known = samples.filter(({ look, counts }) => look <= upTo && Object.keys(counts).length > 0);
  const buckets = commonBounds(known.map(sample => sample.buckets).filter(bounds => bounds.length > 0));
  const placeOf = placeLooks([...known.map(({ look }) => look), upTo]);
  const looks: Record<string, readonly number[]>[] = Array.from({ length: placeOf(upTo) + 1 }, () => ({}));
  for (const sample of known) {
    const rows = looks[placeOf(sample.look)] ?? {};
    for (const [instance, counts] of Object.entries(sample.counts)) {
      rows[instance] = regroup(counts, sample.buckets, buckets);
    }
  }
  return {
    lookSeconds: grid.interval,
    startLook: historyLooks,
    buckets,
    instances: instancesOf(grid, known, planned, placeOf),
    looks,
  };
}

/**
 * Where looks of the grid stand in the trace. Long times of which nothing is known are cut short, from their beginning: a release
 * may have been paused for months.
 */
function placeLooks(looks: readonly number[]): (look: number) => number {
  const gaps: { readonly from: number; readonly length: number }[] = [];
  let before = -1;
  for (const look of [...new Set(looks)].filter(at => at >= 0).sort((one, other) => one - other)) {
    const length = look - before - 1 - mostAtOnce;
    if (length > 0) gaps.push({ from: before + 1, length });
    before = look;
  }
  return look =>
    gaps.reduce((place, { from, length }) => place - Math.max(0, Math.min(length, look - from)), look + historyLooks);
}

/** In an order that is the same whoever asks, so that the same counts give the same numbers. */
function instancesOf(
  grid: Grid,
  samples: readonly Sample[],
  planned: readonly PlannedInstance[],
  placeOf: (look: number) => number,
) {
  const lastSeen = new Map<string, number>();
  for (const { look, counts } of samples) {
    for (const id of Object.keys(counts)) lastSeen.set(id, Math.max(look, lastSeen.get(id) ?? look));
  }
  const plan = new Map(planned.map(instance => [instance.id, instance]));
  return [...new Set([...plan.keys(), ...lastSeen.keys()])].sort().map(id => {
    const { updateTime = null, hasLeft = false } = plan.get(id) ?? {};
    if (updateTime === null) return { id, updatedAtLook: null };
    const updated = firstLookAfter(grid, updateTime);
    // One that was gone before anybody saw it on the new version is none that has gone silent.
    if (hasLeft && (lastSeen.get(id) ?? updated - 1) < updated) return { id, updatedAtLook: null };
    // Who ran the new version before there was a look has always run it.
    return { id, updatedAtLook: Math.max(0, placeOf(updated)) };
  });
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
  if (from.length === 0) return [requests, errors, ...merged];
  let bucket = 0;
  for (const [at, count] of counts.entries()) {
    while (bucket < to.length && (from[at] ?? Number.POSITIVE_INFINITY) > (to[bucket] ?? Number.POSITIVE_INFINITY))
      bucket++;
    merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return [requests, errors, ...merged];
}
