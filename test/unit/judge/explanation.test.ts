import { expect, test } from 'vitest';
import { judge } from '../../../functions/domain/judge/judge.ts';
import { defaultJudgePolicy } from '../../../functions/domain/judge/policy.ts';
import { makeTrace } from './make-trace.ts';

const batches = [{ look: 0, updated: 4 }];

test('a failure by latency says by about how much, at least how much, and what is allowed', () => {
  const { checks, reason } = judge(makeTrace({ batches, median: age => (age >= 0 ? 0.06 : 0.04) }));

  const { effect, interval } = checks[0] ?? {};
  expect(effect).toBeGreaterThan(0.25);
  expect(effect).toBeLessThan(0.8);
  expect(interval?.[0]).toBeLessThan(effect ?? 0);
  expect(reason).toMatch(
    /^the latency is about \d\d(\.\d)? % higher, at least [\d.]+ %, where 3 % are allowed; i-\d tells most$/,
  );
});

test('a failure by slow requests among many others is told as theirs', () => {
  const { checks, reason } = judge(makeTrace({ batches, tail: age => ({ share: age >= 0 ? 0.05 : 0, times: 20 }) }));

  const { effect, interval } = checks[0] ?? {};
  expect(effect).toBeGreaterThan(interval?.[0] ?? Infinity);
  expect(reason).toMatch(/^the latency of the slowest requests is about /);
});

test('a failure by errors says which share of the requests fails, and which was to be expected', () => {
  const { checks, reason } = judge(makeTrace({ batches, errorRatio: age => (age >= 0 ? 0.02 : 0.004) }));

  const { effect, interval } = checks[1] ?? {};
  expect(effect).toBeGreaterThan(2);
  expect(effect).toBeLessThan(7);
  expect(effect).toBeGreaterThan(interval?.[0] ?? Infinity);
  expect(reason).toMatch(
    /^[12]\.\d+ % of the requests fail where 0\.\d+ % were to be expected: about \d+ % more, at least \d+(\.\d)? %, where 50 % are allowed; i-\d tells most$/,
  );
});

test('errors against next to none are told as a multiple, and not of a tiny number', () => {
  const { reason } = judge(
    makeTrace({ batches, history: 60, requests: 400, errorRatio: age => (age >= 0 ? 0.02 : 0) }),
  );

  expect(reason).toMatch(
    /^\d\.\d+ % of the requests fail where hardly any were to be expected: about \d+ times as many, /,
  );
});

test('a fault of one instance is told as its own where all of them together show less than it proves', () => {
  const trace = makeTrace({
    instances: 40,
    batches: [{ look: 0, updated: 30 }],
    looks: 10,
    median: (age, instance) => (age >= 0 && instance === 7 ? 0.4 : 0.04),
  });

  const { checks, reason } = judge(trace, { ...defaultJudgePolicy, latency: { maxIncrease: 0.5 } });

  expect(checks[0]).toMatchObject({ verdict: 'fail', instance: 'i-7' });
  expect(checks[0]?.effect).toBeGreaterThan(3);
  expect(reason).toMatch(/^the latency of i-7 is about [\d.]+ (% higher|times as high), at least /);
});
