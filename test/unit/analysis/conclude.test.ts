import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { acceptStop, conclude } from '#domain/analysis/conclude.ts';
import { describeCheck } from '#domain/analysis/describe-check.ts';
import { type CheckResult, type Look, type Verdict, worstOf } from '#domain/analysis/look.ts';
import { completePolicy, type Policy } from '#domain/analysis/policy.ts';
import { addLook, emptyTally, isToLookAgain, type Tally, tallyOf } from '#domain/analysis/tally.ts';

const window = { start: '2030-01-01T00:00:00.000Z', end: '2030-01-01T00:00:30.000Z' };

const policy = completePolicy({
  checks: [
    { metric: 'latency', maxIncrease: 0.05 },
    { query: 'up', min: 1 },
  ],
  failureLimit: 1,
  providerErrorLimit: 2,
  minSamples: 50,
});

interface Seen {
  /** For each check; absent: it was left out. */
  readonly verdicts?: readonly (Verdict | undefined)[];
  readonly samples?: number;
  readonly error?: string | null;
  readonly silence?: string | null;
}

function look({ verdicts = ['pass', 'pass'], samples = 30, error = null, silence = null }: Seen = {}): Look {
  const checks = verdicts.flatMap((verdict, check): CheckResult[] =>
    verdict === undefined ? [] : [{ check, rule: `rule ${check}`, verdict, reason: `because ${check}` }],
  );
  return {
    verdict: worstOf(checks.map(({ verdict }) => verdict)),
    checks,
    queries: [],
    samples,
    error,
    silence,
    window,
  };
}

const tallyLooks = (...looks: readonly Seen[]) =>
  looks.reduce<Tally>((tally, seen) => addLook(tally, look(seen)), emptyTally(policy, 0));

const away: Seen = { verdicts: ['providerError', 'providerError'], samples: 0, error: 'it is away' };

describe('a bake', () => {
  it.each<[string, Seen[], Partial<Policy>, object]>([
    ['passes when all is known and well', [{}, {}], {}, { kind: 'passed' }],
    ['fails by one crossing of a comparison', [{ verdicts: ['fail', 'pass'] }], {}, { verdict: 'fail' }],
    ['may fail an absolute check as often as allowed', [{ verdicts: ['pass', 'fail'] }, {}], {}, { kind: 'passed' }],
    [
      'fails by more looks than an absolute check is allowed',
      [{ verdicts: ['pass', 'fail'] }, {}, { verdicts: ['pass', 'fail'] }],
      {},
      { verdict: 'fail', reason: expect.stringContaining('2 looks, 1 allowed') },
    ],
    ['has no data with too few requests', [{ samples: 49 }], {}, { verdict: 'noData', reaction: 'pause' }],
    ['counts the requests of all its looks', [{ samples: 25 }, { samples: 25 }], {}, { kind: 'passed' }],
    [
      'has no data where a comparison has none at its end',
      [{ samples: 60 }, { verdicts: ['noData', 'pass'] }],
      {},
      { verdict: 'noData', reason: expect.stringContaining('because 0') },
    ],
    [
      'has no data where an absolute check never had an answer',
      [{ samples: 60, verdicts: ['pass', 'noData'] }],
      {},
      { verdict: 'noData', reason: expect.stringContaining('because 1') },
    ],
    [
      'does not pass by silence where a check was never made',
      [{ samples: 60, verdicts: ['pass', undefined] }],
      {},
      { verdict: 'noData' },
    ],
    ['of no look at all has no data', [], {}, { verdict: 'noData' }],
    ['goes back without data if asked', [{ samples: 0 }], { onNoData: 'rollback' }, { reaction: 'rollback' }],
    ['goes on without data if asked', [{ samples: 0 }], { onNoData: 'continue' }, { kind: 'passed' }],
    ['waits when Prometheus is away for too long', [{}, {}, away, away, away], {}, { verdict: 'providerError' }],
    ['bears with Prometheus as long as allowed', [{}, {}, away, away], {}, { kind: 'passed' }],
    ['counts looks without an answer in a row', [{}, {}, away, away, {}, away, away], {}, { kind: 'passed' }],
    [
      'goes on without Prometheus if asked, whatever that leaves unknown',
      [away, away, away],
      { onProviderError: 'continue' },
      { kind: 'passed' },
    ],
    [
      'that goes on without Prometheus fails all the same',
      [{ verdicts: ['fail', 'pass'] }, away, away, away],
      { onProviderError: 'continue' },
      { verdict: 'fail' },
    ],
    [
      'that goes on without Prometheus still minds a silence',
      [1, 2, 3].map(() => ({ ...away, silence: 'i1 is silent' })),
      { onProviderError: 'continue' },
      { verdict: 'noData', reason: 'i1 is silent' },
    ],
    [
      'is told of a failure before anything else',
      [{ verdicts: ['fail', 'noData'], silence: 's' }],
      {},
      { verdict: 'fail' },
    ],
  ])('%s', (_, looks, differing, expected) => {
    expect(conclude({ ...policy, ...differing }, tallyLooks(...looks), 'rollback', true)).toMatchObject(expected);
  });

  it.each<[string, Seen[], object]>([
    ['goes on however little is known', [{ samples: 0, verdicts: ['noData', 'noData'] }], { kind: 'goOn' }],
    ['goes on while Prometheus is away within its budget', [away, away], { kind: 'goOn' }],
    ['does not wait for its end to fail', [{ verdicts: ['fail', 'pass'] }], { verdict: 'fail' }],
    ['does not wait for its end to mind a silence', [{ silence: 'i1 is silent' }], { verdict: 'noData' }],
    ['forgets a silence that is over', [{ silence: 'i1 is silent' }, {}], { kind: 'goOn' }],
  ])('under way %s', (_, looks, expected) => {
    expect(conclude(policy, tallyLooks(...looks), 'rollback', false)).toMatchObject(expected);
  });
});

test('a silence is explained by what serves in place of the new version', () => {
  const seen = [{ silence: 'i1 is silent', samples: 90 }, { samples: 0 }].map(one => ({
    ...look(one),
    ...{ strangers: ['10.0.0.7:80'], otherVersions: ['2.0'] },
  }));

  const reasons = seen.map(one => conclude(policy, addLook(emptyTally(policy, 0), one), 'pause', true));

  expect(reasons).toMatchObject([
    { verdict: 'noData', reason: 'i1 is silent; in Prometheus updated instances serve requests as version 2.0' },
    { verdict: 'noData', reason: expect.stringMatching(/50 needed; in .* as version 2\.0; .*10\.0\.0\.7:80/) },
  ]);
});

describe('a person who goes on', () => {
  const accepted = (...looks: readonly Seen[]) => acceptStop(policy, tallyLooks(...looks));

  it('accepts the checks that failed, and no other', () => {
    const tally = accepted({ samples: 60, verdicts: ['fail', 'pass'] });

    expect(conclude(policy, tally, 'pause', true)).toEqual({ kind: 'passed' });
    const later = [look({ verdicts: [undefined, 'fail'] }), look({ verdicts: [undefined, 'fail'] })].reduce(
      addLook,
      tally,
    );
    expect(conclude(policy, later, 'pause', true)).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('rule 1'),
    });
  });

  it('accepts them for the batches that follow, too', () => {
    const next = tallyOf(policy, 1, accepted({ verdicts: ['fail', 'pass'] }));

    expect(next.accepted).toEqual([0]);
    expect(conclude(policy, addLook(next, look({ samples: 60, verdicts: ['fail', 'pass'] })), 'pause', true)).toEqual({
      kind: 'passed',
    });
  });

  it('accepts missing data for this bake, and no failure', () => {
    const tally = accepted({ samples: 0, verdicts: ['noData', 'pass'], silence: 'i1 is silent' });

    expect(conclude(policy, tally, 'pause', true)).toEqual({ kind: 'passed' });
    expect(conclude(policy, addLook(tally, look({ verdicts: ['fail', 'pass'] })), 'pause', true)).toMatchObject({
      verdict: 'fail',
    });
    expect(tallyOf(policy, 1, tally).acceptsNoData).toBe(false);
  });

  it('accepts that Prometheus is away until it is back', () => {
    const tally = accepted(away, away, away);
    const still = addLook(tally, look(away));
    const again = [away, away, away].map(look).reduce(addLook, addLook(tally, look()));

    expect(conclude(policy, still, 'pause', true)).toEqual({ kind: 'passed' });
    expect(conclude(policy, addLook(tally, look({ samples: 1 })), 'pause', true)).toMatchObject({ verdict: 'noData' });
    expect(conclude(policy, again, 'pause', false)).toMatchObject({ verdict: 'providerError' });
  });
});

test('what is kept of a reason, and of a query, is cut within no character', () => {
  const long = (length: number) => `${'x'.repeat(length - 1)}\u{1f525}`;
  const result: CheckResult = { check: 0, rule: describeCheck({ query: long(200), max: 1 }), verdict: 'fail' };

  const { checks } = addLook(emptyTally(policy, 0), { ...look(), checks: [{ ...result, reason: long(300) }] });

  expect(checks[0]?.last).toMatchObject({
    rule: `${'x'.repeat(199)}\ufffd at most 1`,
    reason: `${'x'.repeat(299)}\ufffd`,
  });
});

test('a bake whose time is over is looked at again while Prometheus owes an answer, and no longer than allowed', () => {
  const again = (...looks: Seen[]) => isToLookAgain(policy, tallyLooks(...looks));

  expect([again({}), again(away), again({}, away, away), again(away, away, away), again(away, {})]).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

describe('whatever is seen, and whatever a person accepts', () => {
  const verdict = fc.constantFrom<Verdict>('pass', 'fail', 'noData', 'providerError');
  const seen = fc
    .record({
      verdicts: fc.tuple(verdict, verdict),
      samples: fc.nat(40),
      silence: fc.option(fc.constant('i1 is silent'), { freq: 8 }),
    })
    .map(one => ({ ...one, error: one.verdicts.includes('providerError') ? 'it is away' : null }));
  const reaction = fc.constantFrom('pause' as const, 'rollback' as const, 'continue' as const);
  const budgets = fc
    .record({
      failureLimit: fc.nat(3),
      providerErrorLimit: fc.nat(3),
      minSamples: fc.integer({ min: 1, max: 80 }),
      onNoData: reaction,
      onProviderError: reaction,
    })
    .map(asked => ({ ...policy, ...asked }));

  /** Looks one by one as they are taken, and goes on after every stop. */
  function follow(of: Policy, looks: readonly Seen[], check: (tally: Tally, before: Tally, isOver: boolean) => void) {
    let tally = emptyTally(of, 0);
    for (const [at, one] of looks.entries()) {
      const before = tally;
      // As the judge does: what is accepted is not asked again.
      const verdicts = (one.verdicts ?? []).map((found, place) => (tally.accepted.includes(place) ? undefined : found));
      tally = addLook(tally, look({ ...one, verdicts }));
      for (const isOver of at === looks.length - 1 ? [false, true] : [false]) {
        check(tally, before, isOver);
        if (conclude(of, tally, 'pause', isOver).kind === 'stop') tally = acceptStop(of, tally);
      }
    }
    return tally;
  }

  it('a failure that nobody accepted stops it', () => {
    fc.assert(
      fc.property(budgets, fc.array(seen, { maxLength: 12 }), (of, looks) => {
        follow(of, looks, (tally, _, isOver) => {
          const hasFailed =
            ((tally.checks[0]?.failed ?? 0) > 0 && !tally.accepted.includes(0)) ||
            ((tally.checks[1]?.failed ?? 0) > of.failureLimit && !tally.accepted.includes(1));
          const { kind, ...why } = conclude(of, tally, 'rollback', isOver);
          expect({ kind, verdict: 'verdict' in why && why.verdict === 'fail' }).toEqual(
            hasFailed ? { kind: 'stop', verdict: true } : { kind, verdict: false },
          );
        });
      }),
    );
  });

  it('it never stops within its budgets, and never passes beyond them unless asked', () => {
    fc.assert(
      fc.property(budgets, fc.array(seen, { maxLength: 12 }), (of, looks) => {
        follow(of, looks, (tally, _, isOver) => {
          const conclusion = conclude(of, tally, 'pause', isOver);
          const isAway = tally.errorsInARow > of.providerErrorLimit;
          if (conclusion.kind === 'stop' && conclusion.verdict === 'providerError') expect(isAway).toBe(true);
          if (conclusion.kind === 'stop' && conclusion.verdict === 'noData' && !isOver) {
            expect(tally.silence).not.toBeNull();
          }
          if (conclusion.kind !== 'passed') return;
          expect(isOver).toBe(true);
          const isExcused =
            tally.acceptsNoData ||
            of.onNoData === 'continue' ||
            (isAway && (tally.acceptsErrors || of.onProviderError === 'continue'));
          expect(isExcused || tally.samples >= of.minSamples).toBe(true);
        });
      }),
    );
  });

  it('one acceptance is enough for one stop', () => {
    fc.assert(
      fc.property(budgets, fc.array(seen, { maxLength: 12 }), fc.boolean(), (of, looks, isOver) => {
        const tally = follow(of, looks, () => undefined);
        const stop = conclude(of, tally, 'pause', isOver);
        fc.pre(stop.kind === 'stop');

        const next = conclude(of, acceptStop(of, tally), 'pause', isOver);

        // Another reason may be left, never the same one.
        expect(next).not.toMatchObject({ kind: 'stop', reason: stop.kind === 'stop' ? stop.reason : '' });
      }),
    );
  });
});
