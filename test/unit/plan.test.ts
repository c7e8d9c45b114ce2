import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completePolicy } from '#domain/analysis/policy.ts';
import { planBatches } from '../../functions/domain/plan.ts';
import { completeStrategy, type StrategyInput } from '../../functions/domain/strategy.ts';

const sizes = (input: StrategyInput, count: number) =>
  planBatches(completeStrategy(input), count, null).map(({ size }) => size);

describe('a plan', () => {
  it.each([
    ['rolling', 20, [5, 5, 5, 5]],
    ['rolling', 10, [2, 2, 2, 2, 2]],
    ['rolling', 3, [1, 1, 1]],
    [{ type: 'rolling', batchSize: 4 }, 10, [4, 4, 2]],
    [{ type: 'rolling', batchSize: '50%' }, 5, [2, 2, 1]],
    ['canary', 20, [2, 8, 10]],
    ['canary', 100, [10, 40, 50]],
    ['canary', 1, [1]],
    ['canary', 2, [1, 1]],
    [{ type: 'canary', steps: [{ weight: 50 }] }, 9, [4, 5]],
    ['allAtOnce', 7, [7]],
    ['rolling', 0, []],
    ['canary', 0, []],
    ['allAtOnce', 0, []],
  ] as [StrategyInput, number, number[]][])('of %j over %i instances has batches %j', (strategy, count, expected) => {
    expect(sizes(strategy, count)).toEqual(expected);
  });

  it('keeps the bake and the gate of a step that has no instance left, on the batch before', () => {
    const strategy = completeStrategy({
      type: 'canary',
      steps: [
        { weight: 10, bakeSeconds: 5 },
        { weight: 50, bakeSeconds: 60, gate: true },
      ],
    });

    const plan = planBatches(strategy, 1, null);

    expect(plan).toEqual([{ size: 1, bakeSeconds: 60, gate: true }]);
  });
});

const step = fc.record({ weight: fc.integer({ min: 1, max: 100 }), bakeSeconds: fc.nat(100), gate: fc.boolean() });

const anyStrategy: fc.Arbitrary<StrategyInput> = fc.oneof(
  fc.constant<StrategyInput>('allAtOnce'),
  fc.record({ type: fc.constant('rolling' as const), batchSize: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({
    type: fc.constant('rolling' as const),
    batchSize: fc.integer({ min: 1, max: 100 }).map(share => `${share}%`),
  }),
  fc.record({
    type: fc.constant('canary' as const),
    steps: fc
      .uniqueArray(step, { minLength: 1, maxLength: 12, selector: ({ weight }) => weight })
      .map(steps => steps.toSorted((a, b) => a.weight - b.weight)),
  }),
);

describe('any plan', () => {
  it('holds every instance once, in batches of at least one', () => {
    fc.assert(
      fc.property(anyStrategy, fc.nat(3000), (strategy, count) => {
        const plan = sizes(strategy, count);

        expect(plan.every(size => Number.isInteger(size) && size >= 1)).toBe(true);
        expect(plan.reduce((sum, size) => sum + size, 0)).toBe(count);
      }),
    );
  });

  it('that is judged has the same batches, and bakes that hold the looks', () => {
    const policy = completePolicy({ interval: 10, count: 6, watch: 15 });
    fc.assert(
      fc.property(anyStrategy, fc.nat(3000), (strategy, count) => {
        const complete = completeStrategy(strategy);
        const bare = planBatches(complete, count, null);

        const plan = planBatches(complete, count, policy);

        expect(plan).toEqual(
          bare.map((batch, index) => ({
            ...batch,
            // 20 s of warming up come first; after the last batch one look is enough whose counts are known for sure.
            bakeSeconds: Math.max(batch.bakeSeconds, index === bare.length - 1 ? 50 : 80),
          })),
        );
      }),
    );
  });

  it('that is judged bakes until one look is counted, however few are asked for', () => {
    const [batch] = planBatches(completeStrategy({ type: 'canary' }), 10, completePolicy({ interval: 10, count: 1 }));

    // Up to 10 s until the grid's next look, 20 s of warming up, 10 s that are counted, and 5 s until they are scraped.
    expect(batch?.bakeSeconds).toBe(60);
  });

  it.each<[string, number, object, readonly number[]]>([
    ['its last batch', 4, {}, [80, 0]],
    ['its last batch, if asked to watch', 4, { watch: 15 }, [80, 50]],
    ['its only batch', 1, {}, [80]],
    ['its only batch, if asked to watch', 1, { watch: 15 }, [50]],
  ])('that is judged bakes long enough after %s', (_, count, asked, bakes) => {
    const policy = completePolicy({ interval: 10, count: 6, ...asked });

    const plan = planBatches(completeStrategy({ type: 'rolling', batchSize: '50%' }), count, policy);

    expect(plan.map(({ bakeSeconds }) => bakeSeconds)).toEqual(bakes);
  });

  it('that is judged bakes the last batch until one look is counted where it bakes at all, and else not', () => {
    const policy = completePolicy({ interval: 10 });
    const lasts = [0, 1, 50, 70].map(bakeSeconds =>
      planBatches(completeStrategy({ type: 'rolling', bakeSeconds }), 10, policy).at(-1),
    );

    expect(lasts.map(batch => batch?.bakeSeconds)).toEqual([0, 50, 50, 70]);
  });

  it('of a canary never has begun more than its weights say, the one instance that every batch has aside', () => {
    fc.assert(
      fc.property(anyStrategy, fc.integer({ min: 1, max: 3000 }), (strategy, count) => {
        const complete = completeStrategy(strategy);
        fc.pre(complete.type === 'canary');
        let assigned = 0;
        for (const [index, { size }] of planBatches(complete, count, null).entries()) {
          const share = Math.floor(((complete.steps[index]?.weight ?? 100) * count) / 100);
          expect(assigned + size).toBeLessThanOrEqual(Math.max(share, assigned + 1));
          assigned += size;
        }
      }),
    );
  });
});
