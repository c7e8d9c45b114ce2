const lowest = 0.02;
const highest = 2000;
/** Enough for about one in a hundred. */
const rounds = 10;

/** The largest increase that the evidence still speaks against; null: none. `logE` falls as the increase grows. */
export function lowerBound(logE: (increase: number) => number, threshold: number, at: number): number | null {
  const fails = logE(at) >= threshold;
  if (fails && logE(highest - 1) >= threshold) return highest - 1;
  if (!fails && logE(lowest - 1) < threshold) return null;
  return search(fails ? 1 + at : lowest, fails ? highest : 1 + at, increase => logE(increase) >= threshold);
}

/** The smallest increase that the evidence speaks against; null: none. `logE` grows with the increase. */
export function upperBound(logE: (increase: number) => number, threshold: number): number | null {
  if (logE(highest - 1) < threshold) return null;
  return search(lowest, highest, increase => logE(increase) < threshold);
}

/** Halves, in log, the range of factors at whose lower end it holds and at whose upper end it does not. */
function search(from: number, to: number, holds: (increase: number) => boolean): number {
  let [low, high] = [from, to];
  for (let round = 0; round < rounds; round++) {
    const middle = Math.sqrt(low * high);
    if (holds(middle - 1)) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high) - 1;
}
