import { describe, expect, test } from 'vitest';
import { judge } from '../../../functions/domain/judge/judge.ts';
import { type Made, makeTrace } from './make-trace.ts';

const seeds = Array.from({ length: 8 }, (_, seed) => seed + 1);

/** What is measured while one instance of the old version is sick, from the moment that the release has begun. */
const whileOneIsSick =
  (history: number, old: { readonly sick: number; readonly well: number }) =>
  (updated: number) =>
  (age: number, instance: number, look: number) => {
    if (age >= 0) return updated;
    return instance === 19 && look >= history ? old.sick : old.well;
  };

/** What a release of the first two of twenty instances comes to, with each seed. */
function judgeFirstBatch(made: Made) {
  const batches = [{ look: 0, updated: 2 }];
  return seeds.map(seed => judge(makeTrace({ instances: 20, looks: 15, batches, ...made, seed })));
}

describe.each([0, 1, 4])('after a past of %i looks, and while an old instance fails', history => {
  const sick = whileOneIsSick(history, { sick: 0.3, well: 0.002 });

  test('a version as good is not stopped', () => {
    const verdicts = judgeFirstBatch({ history, looks: 30, errorRatio: sick(0.002) });

    expect(verdicts.filter(({ verdict }) => verdict === 'fail').map(({ reason }) => reason)).toEqual([]);
  });

  test('a version with more errors is stopped in the first batch', () => {
    const verdicts = judgeFirstBatch({ history, errorRatio: sick(0.03) });

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(seeds.map(() => 'fail'));
  });
});

describe.each([1, 4])('after a past of %i looks, and while an old instance is slow', history => {
  const sick = whileOneIsSick(history, { sick: 0.4, well: 0.04 });

  test('a version as fast is not stopped', () => {
    const verdicts = judgeFirstBatch({ history, looks: 30, median: sick(0.04) });

    expect(verdicts.filter(({ verdict }) => verdict === 'fail').map(({ reason }) => reason)).toEqual([]);
  });

  test('a version half as slow again is stopped in the first batch', () => {
    const verdicts = judgeFirstBatch({ history, median: sick(0.06) });

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(seeds.map(() => 'fail'));
  });
});

test('without a past, a version twice as slow is stopped in the first batch', () => {
  const verdicts = judgeFirstBatch({ history: 0, median: age => (age >= 0 ? 0.08 : 0.04) });

  expect(verdicts.map(({ verdict }) => verdict)).toEqual(seeds.map(() => 'fail'));
});
