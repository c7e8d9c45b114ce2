import { expect, test } from 'vitest';
import { findOutlying } from '../../../functions/domain/judge/outlying.ts';

const prior = { seen: 0.5, expected: 500 };

/** A row of a thousand requests for each instance. */
const rows = (counts: readonly number[]) =>
  counts.map((count, instance) => ({ instance, look: 0, isNew: false, count, requests: 1000, exposure: 1000 }));

test('an instance far off the rest is outlying, and keeps as much as makes it as unusual as the worst of these', () => {
  const outlying = findOutlying(rows([2, 1, 3, 2, 5, 1, 2, 300]), prior);

  expect([...outlying.keys()]).toEqual([7]);
  expect(300 * (outlying.get(7) ?? 1)).toBeGreaterThan(3);
  expect(300 * (outlying.get(7) ?? 1)).toBeLessThan(8);
});

test('a few counts against hardly any are not far off', () => {
  expect(findOutlying(rows([0, 0, 1, 0, 0, 0, 4, 0]), prior).size).toBe(0);
});

test('no more than a tenth is outlying, for what befalls more is usual', () => {
  const twenty = rows([300, 250, 200, ...new Array<number>(17).fill(1)]);

  expect([...findOutlying(twenty, prior).keys()]).toEqual([0, 1]);
});

test('of two instances neither is', () => {
  expect(findOutlying(rows([0, 300]), prior).size).toBe(0);
});
