import type { ComparedMetric } from '../analysis/policy.ts';
import { type Estimate, strongest } from './evidence.ts';
import { lowerBound, upperBound } from './interval.ts';
import type { CheckJudgement, Verdict } from './judgement.ts';
import type { Watch } from './watch.ts';

/** All that a comparison is described from. */
export interface Compared {
  readonly metric: ComparedMetric;
  readonly maxIncrease: number;
  readonly n: { readonly new: number; readonly old: number };
  /** Undefined: there was nothing to compare with. */
  readonly watch: Watch | undefined;
  readonly instances: number;
  /** What evidence must reach to fail, as a logarithm. */
  readonly threshold: number;
  /** What it is without having failed. */
  readonly otherwise: Verdict;
  readonly nameOf: (instance: number) => string | null;
}

export interface Comparison {
  readonly check: CheckJudgement;
  /** What its `effect` is, in full; undefined: nothing tells. */
  readonly estimate: Estimate | undefined;
}

export function describeComparison(compared: Compared): Comparison {
  const { metric, maxIncrease, n, watch, instances, threshold, otherwise, nameOf } = compared;
  if (!watch) {
    const nothing = { effect: null, interval: [null, null], instance: null } as const;
    return { check: { metric, verdict: 'noData', maxIncrease, n, ...nothing }, estimate: undefined };
  }
  const evidence = watch[metric];
  const low = lowerBound(increase => evidence.logE(instances, increase), threshold, maxIncrease);
  const high = upperBound(increase => evidence.logEOfLess(instances, increase), threshold);
  const estimate = chooseEstimate(evidence.estimates(), low);
  const strongestOne = strongest(evidence.byInstance());
  // What is so slow or fails so often may be the tail, or one instance among many, of which the whole tells nothing.
  const isApart = high !== null && high < Math.max(low ?? high, estimate?.increase ?? high);
  return {
    check: {
      metric,
      verdict: evidence.logE(instances) >= threshold ? 'fail' : otherwise,
      maxIncrease,
      n,
      effect: estimate?.increase ?? null,
      interval: [low, isApart ? null : high],
      instance: strongestOne === undefined ? null : nameOf(strongestOne),
    },
    estimate,
  };
}

/** Of all that may be at fault, the first that is as much as the evidence proves. */
function chooseEstimate(estimates: readonly Estimate[], low: number | null): Estimate | undefined {
  return estimates.find(({ increase }) => increase >= (low ?? -1));
}
