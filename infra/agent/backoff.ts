export type Backoff = { readonly firstMs: number; readonly maxMs: number };

/** The delay before try number `failures` + 1: doubles with each failure, from `firstMs` up to `maxMs`. */
export function growDelay({ firstMs, maxMs }: Backoff, failures: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
}

/** Takes up to half of a delay away, so that a fleet does not come back all at once. `random` is in [0, 1). */
export function addJitter(delayMs: number, random: number): number {
  return delayMs * (1 - random / 2);
}
