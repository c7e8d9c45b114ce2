import type { Shape } from './shape.ts';

/** Where the latencies of one look lie, as a shift in log time against the past. */
export interface Score {
  readonly shift: number;
  /** Of the counts alone. */
  readonly variance: number;
}

/** The mean rank of a look's requests, 0 to 1, and how many they are. */
export interface Rank {
  readonly mean: number;
  readonly count: number;
}

/** The mean rank of a look's requests, or undefined without any. */
export function meanRank(shape: Shape, counts: readonly number[]): Rank | undefined {
  let [sum, count] = [0, 0];
  for (const [bucket, requests] of counts.entries()) {
    sum += requests * (shape.ridits[bucket] ?? 1);
    count += requests;
  }
  return count > 0 ? { mean: sum / count, count } : undefined;
}

/** One step of scoring goes no further than this, in log time: from far off it would go astray. */
const longestStep = 1;

/** One step of scoring from where it is expected to lie: right on average if it does lie there, and bounded if it does not. */
export function scoreFrom(shape: Shape, rank: Rank, expected: number): Score {
  const { mean, variance, slope } = shape.ranksAt(expected);
  const step = Math.max(-longestStep, Math.min(longestStep, (rank.mean - mean) / slope));
  return { shift: expected + step, variance: variance / (rank.count * slope * slope) };
}

/** Where latencies of that mean rank lie, by Newton's method from a first guess. */
export function locateRank(shape: Shape, rank: Rank, guess: number): number {
  // As if one request more were of the middle: nothing lies infinitely far off.
  const mean = (rank.mean * rank.count + 0.5) / (rank.count + 1);
  let at = guess;
  for (let round = 0; round < 8; round++) {
    const { mean: there, slope } = shape.ranksAt(at);
    const move = (mean - there) / slope;
    at += Math.max(-longestStep, Math.min(longestStep, move));
    if (Math.abs(move) < 0.005) break;
  }
  return at;
}
