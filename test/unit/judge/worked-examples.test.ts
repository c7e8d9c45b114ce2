import { describe, expect, test } from 'vitest';
import { judge } from '../../../functions/domain/judge/judge.ts';
import { type Made, makeRow, makeTrace } from './make-trace.ts';

/** Cases in which tests of quantiles, of single looks or of few samples are known to go wrong. */
const pasts: [string, Made][] = [
  ['a long past', { history: 30, instances: 10 }],
  ['a short past', { history: 5, instances: 10 }],
  ['no past', { history: 0, instances: 10 }],
  ['four instances', { history: 20, instances: 4, batches: [{ look: 0, updated: 1 }] }],
  ['two instances', { history: 20, instances: 2, batches: [{ look: 0, updated: 1 }] }],
];

describe.each(pasts)('a release with %s', (_, past) => {
  test('fails when 7 of 10 looks are 100 times slower', () => {
    const slowLooks = [0, 1, 3, 4, 6, 7, 9];
    const trace = makeTrace({
      ...past,
      looks: 12,
      median: age => (slowLooks.includes(age - 2) ? 4 : 0.04),
    });

    const { verdict, checks } = judge(trace);

    expect(verdict).toBe('fail');
    expect(checks.find(({ metric }) => metric === 'latency')?.verdict).toBe('fail');
  });

  test('fails when the worst tenth of requests is 50 times slower', () => {
    const trace = makeTrace({ ...past, tail: age => ({ share: age >= 0 ? 0.1 : 0, times: 50 }) });

    const { verdict, checks } = judge(trace);

    expect(verdict).toBe('fail');
    expect(checks.find(({ metric }) => metric === 'latency')?.verdict).toBe('fail');
  });

  test('passes when the new version is steadily 1 % slower, with little noise', () => {
    const trace = makeTrace({ ...past, noise: 0.005, median: age => (age >= 0 ? 0.0404 : 0.04) });

    const { verdict } = judge(trace);

    expect(verdict).toBe('pass');
  });

  test('does not pass with few errors against none', () => {
    const trace = makeTrace({
      ...past,
      looks: 10,
      requests: 30,
      errorRatio: (age, _instance, look) => (age >= 2 && look % 3 === 0 ? 0.05 : 0),
    });

    const { verdict } = judge(trace);

    expect(verdict).not.toBe('pass');
  });
});

test('three requests against three are no data', () => {
  const row = makeRow(3, 0, 0.04);
  const trace = {
    lookSeconds: 30,
    startLook: 0,
    buckets: makeTrace().buckets,
    instances: [
      { id: 'old', updatedAtLook: null },
      { id: 'new', updatedAtLook: -2 },
    ],
    looks: [{ old: row, new: row }],
  };

  const { verdict, checks } = judge(trace);

  expect(verdict).toBe('noData');
  expect(checks.map(check => check.verdict)).toEqual(['noData', 'noData']);
});

test('three errors in sixty requests against none in many do not pass', () => {
  const trace = {
    lookSeconds: 30,
    startLook: 20,
    buckets: makeTrace().buckets,
    instances: [
      { id: 'old', updatedAtLook: null },
      { id: 'new', updatedAtLook: 20 },
    ],
    looks: Array.from({ length: 28 }, (_, look) => ({
      old: makeRow(20, 0, 0.04),
      new: makeRow(20, [23, 25, 27].includes(look) ? 1 : 0, 0.04),
    })),
  };

  const { verdict } = judge(trace);

  expect(verdict).not.toBe('pass');
});
