/** One thing measured. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value may be at most. */
  readonly limit?: number;
  /** Turns the limit into what the value must be at least. */
  readonly isFloor?: boolean;
}

export function exceedsLimit({ value, limit, isFloor = false }: Figure): boolean {
  if (limit === undefined) return false;
  return Number.isNaN(value) || (isFloor ? value < limit : value > limit);
}

/** The value below which a share of all values lies: 0.5 is the median. NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);
