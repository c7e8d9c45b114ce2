/**
 * Numbers that only grow, also over restarts: milliseconds since the epoch, or one more than the last where the clock
 * has not moved on, or has been set back.
 */
export function createSequence(now: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now());
    return last;
  };
}
