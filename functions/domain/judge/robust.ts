import { normalQuantile } from './normal.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** A measurement and its variance. */
export interface Vote {
  readonly value: number;
  readonly variance: number;
}

/**
 * Where most votes lie. Tukey's biweight: who is far away has no say at all, so that one that is sick neither moves the rest
 * nor hides behind them.
 */
export function locate(votes: readonly Vote[]): { value: number; variance: number } {
  let value = weightedMedian(votes);
  let information = 0;
  for (let round = 0; round < 6; round++) {
    let sum = 0;
    information = 0;
    for (const vote of votes) {
      const distance = (vote.value - value) / (4.685 * Math.sqrt(vote.variance));
      if (Math.abs(distance) >= 1) continue;
      const weight = (1 - distance * distance) ** 2 / vote.variance;
      sum += weight * vote.value;
      information += weight;
    }
    if (information === 0) break;
    value = sum / information;
  }
  return { value, variance: information > 0 ? 1.05 / information : Infinity };
}

function weightedMedian(votes: readonly Vote[]): number {
  const sorted = votes.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { variance }) => sum + 1 / variance, 0) / 2;
  let below = 0;
  for (const [index, { value, variance }] of sorted.entries()) {
    below += 1 / variance;
    // Halfway between two where the weights are even.
    if (below === half) return (value + (sorted[index + 1]?.value ?? value)) / 2;
    if (below > half) return value;
  }
  return 0;
}

/**
 * How much a group's standardised deviations scatter: the sum of their squares, corrected for the worst tenth, which is left
 * out, and how many it holds. As expected, both are alike.
 */
export function scatter(deviations: readonly number[]): { sum: number; count: number } {
  const squares = deviations.map(z => Math.min(z * z, 100)).toSorted((a, b) => a - b);
  const kept = squares.length - Math.ceil(squares.length / 10);
  if (kept < 1) return { sum: 0, count: 0 };
  const sum = squares.slice(0, kept).reduce((total, square) => total + square, 0);
  return { sum: sum / meanSquareWithin(kept / squares.length), count: kept };
}

/** The mean square of those standard normal values that are nearest to zero, of this share. */
function meanSquareWithin(share: number): number {
  const z = normalQuantile((1 + share) / 2);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return 1 - (2 * z * density) / share;
}
