import { describe, expect, test } from 'vitest';
import { completePolicy } from '#domain/analysis/policy.ts';
import { toJudgePolicy } from '../../../functions/domain/judge/from-policy.ts';
import { judge } from '../../../functions/domain/judge/judge.ts';
import { defaultJudgePolicy } from '../../../functions/domain/judge/policy.ts';
import { makeTrace } from './make-trace.ts';

describe('a judgement', () => {
  test('says how many requests it rests on, the effect, its interval, and which instance tells most', () => {
    const trace = makeTrace({
      batches: [{ look: 0, updated: 4 }],
      errorRatio: (age, instance) => (age >= 0 && instance === 2 ? 0.5 : 0.002),
    });

    const { verdict, look, reason, checks, basis } = judge(trace);

    expect(verdict).toBe('fail');
    expect(basis).toBe('pastAndOthers');
    const errors = checks.find(({ metric }) => metric === 'errorRatio');
    expect(errors).toMatchObject({ verdict: 'fail', maxIncrease: 0.5, instance: 'i-2' });
    // Two looks are warm-up; of four updated instances with a hundred requests each.
    expect(errors?.n.new).toBeGreaterThan(300 * (look - 31));
    expect(errors?.n.new).toBeLessThan(500 * (look - 31));
    expect(errors?.effect).toBeGreaterThan(errors?.interval[0] ?? Infinity);
    expect(reason).toContain('; i-2 tells most');
  });

  test('has an interval around the true increase', () => {
    const trace = makeTrace({
      looks: 60,
      batches: [{ look: 0, updated: 5 }],
      median: age => (age >= 0 ? 0.048 : 0.04),
    });

    const { checks } = judge(trace, { ...defaultJudgePolicy, latency: { maxIncrease: 10 } });

    const [low, high] = checks[0]?.interval ?? [];
    expect(low).toBeGreaterThan(0.05);
    expect(low).toBeLessThan(0.2);
    expect(high).toBeGreaterThan(0.2);
    expect(high).toBeLessThan(0.4);
    expect(checks[0]?.effect).toBeCloseTo(0.2, 1);
  });

  test('compares new with old where instances are new', () => {
    const made = makeTrace({
      instances: 8,
      batches: [{ look: 0, updated: 4 }],
      median: age => (age >= 0 ? 0.16 : 0.04),
    });
    const trace = {
      ...made,
      looks: made.looks.map((rows, look) =>
        look < made.startLook ? Object.fromEntries(Object.entries(rows).slice(4)) : rows,
      ),
    };

    const { verdict, basis } = judge(trace);

    expect([verdict, basis]).toEqual(['fail', 'newAgainstOld']);
  });

  test('is labelled as resting on own pasts alone once nobody is left, and takes more to fail then', () => {
    const slower = (age: number, _instance: number, look: number) => (age >= 0 && look >= 40 ? 0.06 : 0.04);
    const all = makeTrace({ looks: 20, batches: [{ look: 0, updated: 10 }], median: slower });
    const some = makeTrace({ looks: 20, batches: [{ look: 0, updated: 5 }], median: slower });

    const [alone, compared] = [judge(all), judge(some)];

    expect(compared).toMatchObject({ verdict: 'fail', basis: 'pastAndOthers' });
    expect(alone.basis).toBe('ownPastOnly');
    expect(alone.look).toBeGreaterThan(compared.look);
  });

  test('is neither stopped nor hidden by one sick instance of the old version', () => {
    const sick = (age: number, instance: number, look: number) => age < 0 && instance === 9 && look >= 30;
    const good = makeTrace({ errorRatio: (...of) => (sick(...of) ? 0.5 : 0.002) });
    const bad = makeTrace({
      errorRatio: (...of) => (sick(...of) ? 0.5 : of[0] >= 0 ? 0.05 : 0.002),
      median: (...of) => (sick(...of) ? 0.4 : 0.04),
    });

    expect([judge(good).verdict, judge(bad).verdict]).toEqual(['pass', 'fail']);
  });

  test('leaves out the looks in which an instance warms up', () => {
    const trace = makeTrace({ median: age => (age >= 0 && age < 2 ? 0.4 : 0.04) });

    expect(judge(trace).verdict).toBe('pass');
    expect(judge(trace, { ...defaultJudgePolicy, warmUpLooks: 0 }).verdict).toBe('fail');
  });

  test('is no data as soon as an updated instance is silent where requests were to be expected', () => {
    const made = makeTrace();
    const mute = (share: number) => ({
      ...made,
      looks: made.looks.map((rows, look) =>
        look < made.startLook ? rows : { ...rows, 'i-0': (rows['i-0'] ?? []).map(count => Math.round(count * share)) },
      ),
    });

    const [silent, quiet] = [judge(mute(0)), judge(mute(0.2))];

    expect(silent).toMatchObject({ verdict: 'noData' });
    expect(silent.look).toBeLessThan(made.startLook + 6);
    expect(silent.reason).toContain('i-0');
    expect(quiet.verdict).toBe('pass');
  });

  test('takes no silence for a fault that all share', () => {
    const made = makeTrace();
    const night = made.looks.map((rows, look) =>
      look < made.startLook + 3
        ? rows
        : Object.fromEntries(Object.entries(rows).map(([id, row]) => [id, row.map(() => 0)])),
    );

    const { reason, verdict } = judge({ ...made, looks: [...night, ...made.looks.slice(made.startLook)] });

    expect([verdict, reason]).toEqual(['pass', 'nothing speaks against it']);
  });

  test('without anything old to compare with is no data', () => {
    const trace = makeTrace({ history: 0, batches: [{ look: 0, updated: 10 }] });

    const { verdict, reason } = judge(trace);

    expect(verdict).toBe('noData');
    expect(reason).toContain('requests of the old version');
  });
});

describe('a policy', () => {
  test('of absolute checks is judged by the new version alone, and a look may fail as often as its limit says', () => {
    const trace = makeTrace({ errorRatio: age => (age === 8 || age === 12 ? 0.3 : 0) });
    const policy = (failureLimit: number) =>
      toJudgePolicy(completePolicy({ checks: [{ metric: 'errorRatio', max: 0.05 }], window: 30, failureLimit }), 30);

    const [strict, lenient] = [judge(trace, policy(1)), judge(trace, policy(2))];

    expect(strict).toMatchObject({ verdict: 'fail', look: 42, bounds: [{ failedLooks: 2 }] });
    expect(lenient).toMatchObject({ verdict: 'pass', checks: [] });
  });

  test('has the 95th percentile of latencies as Prometheus would', () => {
    const trace = makeTrace({ median: () => 0.04 });
    const policy = toJudgePolicy(completePolicy({ checks: [{ metric: 'latency', max: 0.2 }] }), 30);

    const { bounds } = judge(trace, policy);

    // Of a lognormal: 0.04 s · exp(1.645 · 0.6).
    expect(bounds[0]?.value).toBeGreaterThan(0.085);
    expect(bounds[0]?.value).toBeLessThan(0.135);
  });

  test.each([0.2, 0.5, 0.8])(
    'that allows an increase by %f is failed by twice as slow a version, and not by one just within it',
    maxIncrease => {
      const policy = { ...defaultJudgePolicy, latency: { maxIncrease } };
      const slower = (times: number) => makeTrace({ looks: 20, median: age => (age >= 0 ? 0.04 * times : 0.04) });

      const [beyond, within] = [judge(slower(2.1), policy), judge(slower(0.95 * (1 + maxIncrease)), policy)];

      expect([beyond.verdict, within.verdict]).toEqual(['fail', 'pass']);
      expect(beyond.checks[0]?.interval[0]).toBeGreaterThan(maxIncrease);
    },
  );

  test('with a check that counts cannot answer has it named, and does not pass by it alone', () => {
    const query = { query: 'up', min: 1 };
    const some = toJudgePolicy(completePolicy({ checks: [query, { metric: 'errorRatio', max: 0.05 }] }), 30);
    const none = toJudgePolicy(completePolicy({ checks: [query] }), 30);

    const trace = makeTrace();

    expect(judge(trace, some)).toMatchObject({ verdict: 'pass', unjudged: ['query up'] });
    expect(judge(trace, none)).toMatchObject({ verdict: 'noData', unjudged: ['query up'] });
  });

  test('with all defaults is the one that the judge goes by', () => {
    expect(toJudgePolicy(completePolicy(true), 30)).toEqual(defaultJudgePolicy);
  });
});
