import type { Vote } from './robust.ts';
import { locate } from './robust.ts';
import { meanRank, scoreFrom } from './score.ts';
import { fitShape, type Shape } from './shape.ts';
import type { Row } from './trace.ts';

/** The old version's rows of the looks before the release, as one distribution and what varies around it. */
export interface History {
  readonly shape: Shape;
  /** Requests of the old version, with a latency. */
  readonly requests: number;
  /** By instance: its lasting offset in log time, and what is left of each look's shift once that and what all share is out. */
  readonly instances: ReadonlyMap<number, { readonly offset: number; readonly rests: readonly Rest[] }>;
  /** By look, in log time; undefined where nothing was seen. */
  readonly shared: readonly (number | undefined)[];
}

/** What one instance's shift leaves unexplained in one look, offset included, and the variance of the counts in it. */
export interface Rest {
  readonly look: number;
  readonly shift: number;
  readonly variance: number;
}

/** What an instance usually varies by, before its history has told: only weights depend on it. */
const usualVariance = 0.06 ** 2;

/** `looks`: the rows of each look so far. */
export function readHistory(buckets: readonly number[], looks: readonly (readonly Row[])[]): History {
  const old = looks.map(rows => rows.filter(({ age }) => age < 0));
  const total: number[] = new Array(buckets.length + 1).fill(0);
  for (const { counts } of old.flat()) for (const [at, count] of counts.entries()) total[at] = (total[at] ?? 0) + count;
  const shape = fitShape(buckets, total);
  const ranks = old.map(rows =>
    rows.flatMap(({ instance, counts }) => {
      const rank = meanRank(shape, counts);
      return rank ? [{ instance, rank }] : [];
    }),
  );
  const offsets = new Map<number, number>();
  const shared: (number | undefined)[] = ranks.map(() => undefined);
  // A shift is scored from where it is expected, so what is expected is found in a few rounds.
  for (let round = 0; round < 4; round++) {
    const seen = new Map<number, Vote[]>();
    for (const [look, rows] of ranks.entries()) {
      const votes = rows.map(({ instance, rank }) => {
        const offset = offsets.get(instance) ?? 0;
        const { shift, variance } = scoreFrom(shape, rank, offset + (shared[look] ?? 0));
        return { instance, shift, vote: { value: shift - offset, variance: variance + usualVariance } };
      });
      // With one instance alone nothing is shared.
      if (votes.length > 0) shared[look] = votes.length > 1 ? locate(votes.map(({ vote }) => vote)).value : 0;
      for (const { instance, shift, vote } of votes) {
        const votesOfInstance = seen.get(instance) ?? [];
        votesOfInstance.push({ value: shift - (shared[look] ?? 0), variance: vote.variance });
        seen.set(instance, votesOfInstance);
      }
    }
    for (const [instance, votes] of seen) offsets.set(instance, mean(votes));
  }
  const instances = new Map<number, { offset: number; rests: Rest[] }>();
  for (const [instance, offset] of offsets) instances.set(instance, { offset, rests: [] });
  for (const [look, rows] of ranks.entries()) {
    const common = shared[look] ?? 0;
    // What all share was found from these same instances, which took some of their own variation out.
    const undo = rows.length > 1 ? Math.sqrt(rows.length / (rows.length - 1)) : 1;
    for (const { instance, rank } of rows) {
      const own = instances.get(instance);
      if (!own) continue;
      const { shift, variance } = scoreFrom(shape, rank, own.offset + common);
      own.rests.push({ look, shift: own.offset + (shift - common - own.offset) * undo, variance });
    }
  }
  return { shape, requests: total.reduce((sum, count) => sum + count, 0), instances, shared };
}

function mean(votes: readonly Vote[]): number {
  const weight = votes.reduce((sum, { variance }) => sum + 1 / variance, 0);
  return votes.reduce((sum, { value, variance }) => sum + value / variance, 0) / weight;
}
