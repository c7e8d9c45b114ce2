import type { ComparedMetric } from '../analysis/policy.ts';

export type Verdict = 'pass' | 'fail' | 'noData';

export interface Judgement {
  readonly verdict: Verdict;
  /** At which it ended: the one that stopped it, or the last. */
  readonly look: number;
  readonly reason: string;
  /** Comparisons of the new version with the old one. */
  readonly checks: readonly CheckJudgement[];
  /** The new version's own values. */
  readonly bounds: readonly BoundJudgement[];
  /** Checks that counts cannot answer, in words. */
  readonly unjudged: readonly string[];
  readonly basis: Basis;
}

/**
 * What the new version was compared with at that look: each instance's own past and those not yet updated; only the latter, for
 * instances that are new; or, once all are updated, only their own past, which is less certain.
 */
export type Basis = 'pastAndOthers' | 'newAgainstOld' | 'ownPastOnly';

export interface CheckJudgement {
  readonly metric: ComparedMetric;
  readonly verdict: Verdict;
  readonly maxIncrease: number;
  /** Requests that it rests on. */
  readonly n: { readonly new: number; readonly old: number };
  /** Relative increase, 0.05 is 5 %; null: nothing tells. */
  readonly effect: number | null;
  /**
   * Where the increase lies but for a chance of alpha, however often one looks; null: no bound. The check fails once the lower
   * bound is above `maxIncrease`: both come from the same evidence.
   */
  readonly interval: readonly [low: number | null, high: number | null];
  /** The instance that tells most; null: none does. */
  readonly instance: string | null;
}

export interface BoundJudgement {
  readonly metric: string;
  readonly max: number | null;
  readonly min: number | null;
  readonly verdict: Verdict;
  /** At that look; null without requests. */
  readonly value: number | null;
  /** In this bake. */
  readonly failedLooks: number;
}
