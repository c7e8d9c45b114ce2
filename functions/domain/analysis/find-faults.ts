import { planBatches } from '../plan.ts';
import type { Strategy } from '../strategy.ts';
import { type Policy, shortestBake } from './policy.ts';

/** A fault of a policy, by the path of the setting that mends it. */
export interface PolicyFault {
  readonly path: string;
  readonly message: string;
}

/** Each look is a task and a row: a release that takes more is asked too often. */
export const mostLooks = 5_000;

/** It travels with its deployment, in one row of the Data API. */
const mostBytes = 32 * 1024;

/**
 * What is wrong with a policy for releases of a strategy, although each of its settings is valid by itself.
 * @param count of instances; without it, only what no fleet could mend is found
 */
export function findPolicyFaults(policy: Policy, strategy: Strategy, count?: number): readonly PolicyFault[] {
  const faults = [...findLargeness(policy)];
  const batches = planBatches(strategy, count ?? largestFleet(strategy), policy);
  const looks = batches.reduce((sum, { bakeSeconds }) => sum + Math.ceil(bakeSeconds / policy.interval), 0);
  if (looks > mostLooks) {
    const least = Math.ceil(shortestBake(policy) / policy.interval) * Math.max(1, batches.length - 1);
    const total = `the release would take ${looks} looks, and ${mostLooks} are the most`;
    if (least > mostLooks)
      faults.push({ path: 'count', message: `${total}: lower it or "initialDelay", or make larger batches` });
    else faults.push({ path: 'interval', message: `${total}: raise it, or shorten the bakes or "watch"` });
  }
  return faults;
}

/** What is wrong with it whatever is released. */
export function findLargeness(policy: Policy): readonly PolicyFault[] {
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  return bytes > mostBytes ? [{ path: 'checks', message: `are larger than ${mostBytes / 1024} KiB` }] : [];
}

/** A fleet that has as many batches as the strategy can have; where that has no limit, more than one. */
function largestFleet(strategy: Strategy): number {
  if (strategy.type !== 'rolling') return 1_000_000;
  const { batchSize } = strategy;
  if (typeof batchSize === 'number') return 2 * batchSize;
  // The largest one that is still released one by one.
  return Math.ceil(200 / Number.parseFloat(batchSize)) - 1;
}
