import type { ComparedMetric } from '../analysis/policy.ts';
import type { Comparison } from './comparison.ts';
import type { Estimate } from './evidence.ts';

/** A relative increase from so much on is told as a multiple. */
const severalTimes = 10;
/** Nobody wants to know the digits of a share below it. */
const hardlyAny = 1e-5;

/** Why it failed, for a person. */
export function explainFailure({ check, estimate }: Comparison): string {
  const { metric, interval, maxIncrease, instance } = check;
  const [low] = interval;
  const amount = metric === 'latency' ? { more: ' higher', times: ' as high' } : { more: ' more', times: ' as many' };
  const about = estimate ? `about ${describeIncrease(estimate.increase, amount)}, ` : '';
  const least = describeIncrease(low ?? maxIncrease, estimate ? { more: '', times: '' } : amount);
  const most = instance === null ? '' : `; ${instance} tells most`;
  return `${describeWhat(metric, estimate, instance)} ${about}at least ${least}, where ${percent(maxIncrease)} are allowed${most}`;
}

function describeWhat(metric: ComparedMetric, estimate: Estimate | undefined, instance: string | null): string {
  const on = estimate?.of === 'instance' ? ` of ${instance}` : '';
  if (metric === 'latency') return `the latency${estimate?.of === 'slowest' ? ' of the slowest requests' : on} is`;
  if (!estimate?.shares) return 'the error ratio is';
  const { seen, expected } = estimate.shares;
  const usual = expected < hardlyAny ? 'hardly any' : percent(expected);
  return `${percent(seen)} of the requests${on} fail where ${usual} were to be expected:`;
}

function describeIncrease(increase: number, { more, times }: { more: string; times: string }): string {
  return increase < severalTimes ? `${percent(increase)}${more}` : `${round(1 + increase)} times${times}`;
}

function percent(share: number): string {
  return `${round(100 * share)} %`;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
