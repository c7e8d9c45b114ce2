import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPolicyFaults, mostLooks } from '#domain/analysis/find-faults.ts';
import { completePolicy } from '#domain/analysis/policy.ts';
import { completeStrategy, type StrategyInput } from '#domain/strategy.ts';

const paths = (...asked: Parameters<typeof findPolicyFaults>) => findPolicyFaults(...asked).map(({ path }) => path);

const share = fc.integer({ min: 1, max: 100 });
const anyStrategy: fc.Arbitrary<StrategyInput> = fc.oneof(
  fc.constant<StrategyInput>('allAtOnce'),
  share.map(batchSize => ({ type: 'rolling' as const, batchSize: `${batchSize}%` })),
  fc.integer({ min: 1, max: 50 }).map(batchSize => ({ type: 'rolling' as const, batchSize })),
  fc.uniqueArray(share, { minLength: 1, maxLength: 6 }).map(weights => ({
    type: 'canary' as const,
    steps: weights.toSorted((a, b) => a - b).map(weight => ({ weight })),
  })),
);

describe('a policy for a strategy', () => {
  it.each<StrategyInput>(['rolling', 'canary', 'allAtOnce', { type: 'rolling', batchSize: 1 }])(
    'fits %j by default',
    strategy => {
      expect(findPolicyFaults(completePolicy(true), completeStrategy(strategy))).toEqual([]);
    },
  );

  it('that no fleet could mend is refused without one, and no other', () => {
    fc.assert(
      fc.property(
        anyStrategy,
        fc.integer({ min: 2, max: 400 }),
        fc.integer({ min: 1, max: 1000 }),
        (asked, fleet, count) => {
          const strategy = completeStrategy(asked);
          const policy = completePolicy({ count });
          const found = paths(policy, strategy);

          // Only where the size of a batch is a number may a fleet be too large for a policy that passed.
          if (found.length === 0 && !(strategy.type === 'rolling' && typeof strategy.batchSize === 'number')) {
            expect(paths(policy, strategy, fleet)).toEqual([]);
          }
        },
      ),
    );
  });

  it.each([
    [{ interval: 1, watch: mostLooks + 1 }, 'interval'],
    [{ interval: 1, initialDelay: 600_000 }, 'count'],
    [{ count: 1000 }, undefined],
  ])('%j has its fault at %s', (asked, path) => {
    const strategy = completeStrategy({ type: 'canary', steps: [{ weight: 50 }] });

    expect(paths(completePolicy(asked), strategy)).toEqual(path === undefined ? [] : [path]);
  });
});
