import { type Policy, shortestBake, shortestLastBake } from './analysis/policy.ts';
import type { AfterBatch, Strategy } from './strategy.ts';

export interface PlannedBatch extends AfterBatch {
  readonly size: number;
}

/**
 * The batches for a fleet of `count` instances. Shares round down, yet a batch has at least one instance; the last takes the
 * rest. Steps that a small fleet has no instance left for give no batch: their bake and gate fall to the batch before. What is
 * judged by a policy bakes long enough for its looks.
 */
export function planBatches(strategy: Strategy, count: number, policy: Policy | null): readonly PlannedBatch[] {
  const batches = cutBatches(strategy, count);
  if (policy === null) return batches;
  return batches.map((batch, index) => {
    const isLast = index === batches.length - 1;
    const { bakeSeconds } = batch;
    const least = isLast ? shortestLastBake(policy, bakeSeconds, batches.length === 1) : shortestBake(policy);
    return { ...batch, bakeSeconds: Math.max(bakeSeconds, least) };
  });
}

function cutBatches(strategy: Strategy, count: number): readonly PlannedBatch[] {
  switch (strategy.type) {
    case 'allAtOnce':
      return count === 0 ? [] : [{ size: count, bakeSeconds: 0, gate: false }];
    case 'rolling':
      return equalBatches(count, batchSize(strategy.batchSize, count), strategy.bakeSeconds);
    case 'canary':
      return canaryBatches(strategy.steps, count);
  }
}

function batchSize(size: number | string, count: number): number {
  if (typeof size === 'number') return size;
  return Math.max(1, Math.floor((Number.parseFloat(size) * count) / 100));
}

function equalBatches(count: number, size: number, bakeSeconds: number): readonly PlannedBatch[] {
  const whole = Math.floor(count / size);
  const batches = Array.from({ length: whole }, () => ({ size, bakeSeconds, gate: false }));
  const rest = count - whole * size;
  return rest === 0 ? batches : [...batches, { size: rest, bakeSeconds, gate: false }];
}

function canaryBatches(steps: readonly { weight: number; bakeSeconds: number; gate: boolean }[], count: number) {
  const batches: PlannedBatch[] = [];
  let assigned = 0;
  for (const [index, { weight, bakeSeconds, gate }] of steps.entries()) {
    const upTo = index === steps.length - 1 ? count : Math.floor((weight * count) / 100);
    const size = Math.min(Math.max(1, upTo - assigned), count - assigned);
    const before = batches.at(-1);
    if (size > 0) {
      batches.push({ size, bakeSeconds, gate });
    } else if (before) {
      batches[batches.length - 1] = {
        size: before.size,
        bakeSeconds: Math.max(before.bakeSeconds, bakeSeconds),
        gate: before.gate || gate,
      };
    }
    assigned += size;
  }
  return batches;
}
