import { type Check, type ComparedMetric, isComparative, type MetricCheck, type Policy } from '../analysis/policy.ts';
import type { Bound, JudgePolicy } from './policy.ts';

/** What a release is judged by, as far as it can be from counts, for looks of that length. */
export function toJudgePolicy(policy: Policy, lookSeconds: number): JudgePolicy {
  const { checks, minSamples, alpha, failureLimit } = policy;
  const latency = strictest(checks, 'latency');
  const errorRatio = strictest(checks, 'errorRatio');
  return {
    ...(latency === undefined ? {} : { latency: { maxIncrease: latency } }),
    ...(errorRatio === undefined ? {} : { errorRatio: { maxIncrease: errorRatio } }),
    // A comparison with nothing is never a pass.
    minSamples: Math.max(1, minSamples),
    alpha,
    warmUpLooks: Math.ceil(policy.initialDelay / lookSeconds),
    bounds: checks.filter(isBound),
    failureLimit,
    windowLooks: Math.max(1, Math.round(policy.window / lookSeconds)),
    unjudged: checks.filter(check => !isComparative(check) && !isBound(check)).map(describe),
  };
}

function strictest(checks: readonly Check[], metric: ComparedMetric): number | undefined {
  const margins = checks.filter(isComparative).filter(check => check.metric === metric);
  return margins.length > 0 ? Math.min(...margins.map(({ maxIncrease }) => maxIncrease)) : undefined;
}

function isBound(check: Check): check is MetricCheck & Bound {
  return 'metric' in check && !isComparative(check) && check.metric !== 'saturation';
}

function describe(check: Check): string {
  return 'query' in check ? `query ${check.query}` : check.metric;
}
