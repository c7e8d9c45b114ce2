/** What the judge goes by. A check that is left out is not made. */
export interface JudgePolicy {
  /** How much worse the new version may be, relative to the old one: 0.05 is 5 %. */
  readonly latency?: { readonly maxIncrease: number };
  readonly errorRatio?: { readonly maxIncrease: number };
  /** With fewer requests of the new version, or of the old one to compare it with, there is no data. */
  readonly minSamples: number;
  /** How likely it may be that a good version is stopped by a comparative check. */
  readonly alpha: number;
  /** After its update an instance warms up for so many looks: they count for nothing. */
  readonly warmUpLooks: number;
  /** What the new version's own values must lie within, whatever the old one's are. */
  readonly bounds: readonly Bound[];
  /** How many looks of a bake may fail a bound. */
  readonly failureLimit: number;
  /** Bounds are held against the requests of so many looks. */
  readonly windowLooks: number;
  /** Checks that counts cannot answer, in words. */
  readonly unjudged: readonly string[];
}

/** Seconds at the 95th percentile, errors per request, or requests a second. */
export interface Bound {
  readonly metric: 'latency' | 'errorRatio' | 'traffic';
  readonly max?: number | undefined;
  readonly min?: number | undefined;
}

export const defaultJudgePolicy: JudgePolicy = {
  latency: { maxIncrease: 0.03 },
  errorRatio: { maxIncrease: 0.5 },
  minSamples: 50,
  alpha: 0.02,
  warmUpLooks: 2,
  bounds: [],
  failureLimit: 0,
  windowLooks: 2,
  unjudged: [],
};

/** More errors than the old version's by so few in all requests are never worth a stop: 0.05 %. */
export const negligibleErrorRatio = 0.0005;
