import type { ComparedMetric } from '../analysis/policy.ts';
import type { Evidence } from './evidence.ts';
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

export function describeComparison(compared: Compared): CheckJudgement {
  const { metric, maxIncrease, n, watch, instances, threshold, otherwise } = compared;
  if (!watch)
    return { metric, verdict: 'noData', maxIncrease, n, effect: null, interval: [null, null], instance: null };
  const evidence = watch[metric];
  const low = lowerBound(increase => evidence.logE(instances, increase), threshold, maxIncrease);
  const high = upperBound(increase => evidence.logEOfLess(instances, increase), threshold);
  const effect = evidence.effect();
  return {
    metric,
    verdict: evidence.logE(instances) >= threshold ? 'fail' : otherwise,
    maxIncrease,
    n,
    // The evidence may be a tail, or one instance among many: then the whole lies below what it proves.
    effect: effect === null ? null : Math.max(effect, low ?? effect),
    interval: [low, high === null ? null : Math.max(high, low ?? high)],
    instance: nameStrongest(evidence, compared.nameOf),
  };
}

function nameStrongest(evidence: Evidence, nameOf: (instance: number) => string | null): string | null {
  let best: { instance: number; log: number } | undefined;
  for (const [instance, log] of evidence.byInstance()) if (!best || log > best.log) best = { instance, log };
  return best ? nameOf(best.instance) : null;
}

export function explainFailure({ metric, interval: [low], maxIncrease, instance }: CheckJudgement): string {
  const name = metric === 'latency' ? 'latency' : 'error ratio';
  return `the ${name} is at least ${percent(low ?? 0)} higher, ${percent(maxIncrease)} are allowed; ${instance} tells most`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
