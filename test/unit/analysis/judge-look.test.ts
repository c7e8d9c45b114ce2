import { describe, expect, it } from 'vitest';
import { judgeAbsolute, judgeComparisons } from '#domain/analysis/judge-look.ts';
import { completePolicy } from '#domain/analysis/policy.ts';
import { emptyTally, type Tally } from '#domain/analysis/tally.ts';
import type { Trace } from '#domain/judge/trace.ts';
import { makeTrace } from '../judge/make-trace.ts';

const policy = completePolicy({
  checks: [
    { metric: 'latency', maxIncrease: 0.05 },
    { metric: 'errorRatio', maxIncrease: 0.5 },
    { metric: 'latency', maxIncrease: 20 },
  ],
});
const fresh = emptyTally(policy, 0);
const having = (more: Partial<Tally>): Tally => ({ ...fresh, ...more });
const verdicts = (tally: Tally, trace: Trace) =>
  judgeComparisons(policy, tally, trace).results.map(({ check, verdict }) => [check, verdict]);

/** Three times as slow from its update on, and later with errors, too. */
const slowThenFaulty = makeTrace({
  median: age => (age >= 0 ? 0.12 : 0.04),
  errorRatio: age => (age >= 12 ? 0.3 : 0.002),
});

/** An instance that serves nothing for looks of some ages. */
function silence(trace: Trace, instance: string, from: number, to: number): Trace {
  const updated = trace.instances.find(({ id }) => id === instance)?.updatedAtLook ?? 0;
  const looks = trace.looks.map((rows, look) =>
    look >= updated + from && look < updated + to ? { ...rows, [instance]: (rows[instance] ?? []).map(() => 0) } : rows,
  );
  return { ...trace, looks };
}

/** Only where they have one, requests are in a histogram, whose bounds are these. */
function withHistograms(trace: Trace, buckets: readonly number[], hasOne: (age: number) => boolean): Trace {
  const nothing = [...buckets, Number.POSITIVE_INFINITY].map(() => 0);
  const looks = trace.looks.map((rows, look) =>
    Object.fromEntries(
      trace.instances.map(({ id, updatedAtLook }) => {
        const [requests = 0, errors = 0, ...counts] = rows[id] ?? [];
        const latencies = hasOne(updatedAtLook === null ? -1 : look - updatedAtLook) ? counts : nothing;
        return [id, [requests, errors, ...latencies]];
      }),
    ),
  );
  return { ...trace, buckets, looks };
}

/** Whatever a request took is in the bucket of +Inf. */
function merge({ looks }: Trace): Pick<Trace, 'buckets' | 'looks'> {
  const merged = looks.map(rows =>
    Object.fromEntries(
      Object.entries(rows).map(([id, [requests = 0, errors = 0]]) => [id, [requests, errors, requests]]),
    ),
  );
  return { buckets: [], looks: merged };
}

describe('comparisons', () => {
  it('pass when nothing speaks against the new version', () => {
    expect(verdicts(fresh, makeTrace())).toEqual([
      [0, 'pass'],
      [1, 'pass'],
      [2, 'pass'],
    ]);
  });

  it('name the check that failed, and not the looser one of the same metric', () => {
    const { results } = judgeComparisons(policy, fresh, slowThenFaulty);

    expect(results.map(({ verdict }) => verdict)).toEqual(['fail', 'pass', 'pass']);
    expect(results[0]).toMatchObject({ reason: expect.stringContaining('latency'), basis: 'pastAndOthers' });
    expect(results[0]?.interval?.[0]).toBeGreaterThan(0.05);
  });

  it('whose failure was accepted are not asked again, and hide no later failure of others', () => {
    expect(verdicts(having({ accepted: [0] }), slowThenFaulty)).toEqual([
      [1, 'fail'],
      [2, 'pass'],
    ]);
  });

  it('of nothing have no data, though no samples are asked for', () => {
    const trace = makeTrace();
    const idle = { ...trace, looks: trace.looks.map((rows, look) => (look > trace.startLook ? {} : rows)) };

    const { results } = judgeComparisons({ ...policy, minSamples: 0 }, fresh, idle);

    expect(results.map(({ verdict }) => verdict)).toEqual(['noData', 'noData', 'noData']);
  });

  it('have no data before there are looks', () => {
    const { looks, startLook, ...trace } = makeTrace();

    expect(
      verdicts(fresh, { ...trace, startLook, looks: looks.slice(0, startLook) }).map(([, found]) => found),
    ).toEqual(['noData', 'noData', 'noData']);
    expect(verdicts(fresh, { ...trace, startLook, looks: looks.map(() => ({})) }).map(([, found]) => found)).toEqual([
      'noData',
      'noData',
      'noData',
    ]);
  });

  it.each<[string, Trace]>([
    ['nobody has a histogram', withHistograms(makeTrace(), [], () => false)],
    ['the new version has none', withHistograms(makeTrace(), makeTrace().buckets, age => age < 0)],
    ['no bound is common to all', { ...makeTrace(), ...merge(makeTrace()) }],
  ])('of latencies have no data where %s, and those of errors do', (_, trace) => {
    const { results } = judgeComparisons(policy, fresh, trace);

    expect(results.map(({ verdict }) => verdict)).toEqual(['noData', 'pass', 'noData']);
    expect(results[0]?.reason).toContain('no latency histogram');
  });

  it('tell a silence while it lasts', () => {
    const trace = silence(makeTrace(), 'i-1', 10, 30);

    expect(judgeComparisons(policy, fresh, trace).silence).toContain('i-1');
  });

  it('forget a silence that is over, and see what came after it', () => {
    const healthy = silence(makeTrace(), 'i-1', 5, 12);
    const faulty = silence(makeTrace({ errorRatio: age => (age >= 14 ? 0.3 : 0.002) }), 'i-1', 5, 12);

    expect(judgeComparisons(policy, fresh, healthy)).toMatchObject({ silence: null });
    expect(verdicts(fresh, faulty)).toContainEqual([1, 'fail']);
  });
});

describe('an absolute check', () => {
  it.each([
    [{ max: 5 }, 5, 'pass'],
    [{ max: 5 }, 5.1, 'fail'],
    [{ min: 1 }, 1, 'pass'],
    [{ min: 1 }, 0.9, 'fail'],
    [{ min: 1, max: 5 }, Number.POSITIVE_INFINITY, 'fail'],
    [{ max: 5 }, null, 'noData'],
    [{ min: 0 }, null, 'noData'],
  ])('with %j is given %s: %s', (bounds, value, verdict) => {
    expect(judgeAbsolute({ query: 'x', ...bounds }, 3, 'x', { value })).toMatchObject({ check: 3, verdict, value });
  });

  it('without an answer is no failure', () => {
    expect(judgeAbsolute({ query: 'x', min: 1 }, 0, 'x', { error: 'it is away' })).toMatchObject({
      verdict: 'providerError',
      reason: 'it is away',
    });
  });
});
