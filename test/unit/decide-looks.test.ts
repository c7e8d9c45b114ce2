import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../functions/domain/analysis/look.ts';
import { completePolicy } from '../../functions/domain/analysis/policy.ts';
import { emptyTally, type Tally } from '../../functions/domain/analysis/tally.ts';
import { decideRollout } from '../../functions/domain/decide-rollout.ts';
import type { BatchFacts, Facts } from '../../functions/domain/facts.ts';
import { completeStrategy } from '../../functions/domain/strategy.ts';
import { facts as unjudged } from './facts.ts';

const policy = completePolicy({
  checks: [
    { metric: 'latency', maxIncrease: 0.05 },
    { query: 'up', min: 1 },
  ],
  failureLimit: 1,
  providerErrorLimit: 2,
});

const batch: BatchFacts = {
  index: 1,
  size: 5,
  done: 5,
  failed: 0,
  state: 'baking',
  bakeSeconds: 360,
  gate: false,
  bakeRest: 120,
};

const facts: Facts = {
  ...unjudged,
  strategy: completeStrategy({ type: 'rolling', batchSize: 5, onFailure: 'pause' }),
  analysis: policy,
  look: { rest: 12, tally: null },
  total: 15,
  batchCount: 3,
  batch,
};

const found = (verdict: Verdict, times = 1) => ({
  ...{ passed: 0, failed: 0, noData: 0, providerErrors: 0 },
  ...(verdict === 'pass' ? { passed: times } : verdict === 'fail' ? { failed: times } : { noData: times }),
  last: { rule: 'rule', verdict },
});
const tallyOf = (more: Partial<Tally> = {}): Tally => ({
  ...emptyTally(policy, 1),
  ...{ looks: 3, samples: 100, checks: [found('pass', 3), found('pass', 3)] },
  ...more,
});
const well = tallyOf();
const failed = tallyOf({ checks: [found('fail'), found('pass')] });
const over = { ...batch, bakeRest: -0.2 };

describe('a bake that is judged', () => {
  it.each<[string, Partial<Facts>, object]>([
    ['waits for its next look', {}, { next: 'BakeBatch', seconds: 12 }],
    ['is looked at when that is due', { look: { rest: -0.1, tally: well } }, { next: 'JudgeBatch' }],
    [
      'is looked at when its time is over and no one did',
      { batch: over, look: { rest: -3, tally: well } },
      { next: 'JudgeBatch' },
    ],
    ['wakes for an instance before its next look', { dueRest: 4 }, { next: 'BakeBatch', seconds: 4 }],
    [
      'waits for a look after its time',
      { batch: over, look: { rest: 8, tally: well } },
      { next: 'BakeBatch', seconds: 8 },
    ],
    [
      'waits for its end after its last look',
      { look: { rest: null, tally: well } },
      { next: 'BakeBatch', seconds: 120 },
    ],
    [
      'ends after a last look that it passed',
      { batch: over, look: { rest: null, tally: well } },
      { kind: 'finishBake' },
    ],
    [
      'stops at its gate after a last look that it passed',
      { batch: { ...over, gate: true }, look: { rest: null, tally: well } },
      { kind: 'hold', hold: 'gate' },
    ],
    [
      'that failed stops at its gate for what was measured',
      { batch: { ...over, gate: true }, look: { rest: null, tally: failed } },
      { kind: 'hold', hold: 'analysis' },
    ],
    [
      'stops as soon as it has failed',
      { look: { rest: 12, tally: failed } },
      { kind: 'hold', hold: 'analysis', batch: 1 },
    ],
    [
      'goes back as soon as it has failed, if told so',
      { look: { rest: 12, tally: failed }, strategy: completeStrategy({ type: 'rolling', onFailure: 'rollback' }) },
      { kind: 'rollBack', details: { verdict: 'fail', looks: 3, samples: 100 } },
    ],
    [
      'that failed is not looked at again first',
      { look: { rest: -1, tally: failed } },
      { kind: 'hold', hold: 'analysis' },
    ],
    [
      'goes by what nobody accepted of two failures',
      {
        look: {
          rest: 12,
          tally: tallyOf({ checks: [found('fail'), found('fail', 2)], accepted: [0] }),
        },
      },
      { kind: 'hold', acceptedTally: { accepted: [0, 1] } },
    ],
    [
      'goes on past what was accepted',
      { look: { rest: 12, tally: { ...failed, accepted: [0] } } },
      { next: 'BakeBatch' },
    ],
    ['of a later batch starts anew', { look: { rest: 12, tally: { ...failed, batch: 0 } } }, { next: 'BakeBatch' }],
    [
      'that was never looked at does not pass',
      { batch: over, look: { rest: null, tally: null } },
      { kind: 'hold', hold: 'analysis', details: { verdict: 'noData' } },
    ],
    [
      'that only the batch before was looked at in does not pass',
      { batch: over, look: { rest: null, tally: { ...well, batch: 0 } } },
      { kind: 'hold', hold: 'analysis' },
    ],
    [
      'goes by failed instances before it goes by what was measured',
      { failures: 1, look: { rest: -1, tally: failed } },
      { kind: 'hold', hold: 'failure' },
    ],
    [
      'goes by overdue instances before it is looked at',
      { overdue: 1, look: { rest: -1, tally: well } },
      { kind: 'failOverdue' },
    ],
    [
      'does not end on an instance in its grace, though it passed',
      { batch: { ...over, done: 4 }, dueRest: 3, look: { rest: null, tally: well } },
      { next: 'BakeBatch', seconds: 3 },
    ],
    [
      'that takes no time is not judged, as after a last batch that nobody watches',
      { batch: { ...batch, bakeSeconds: 0, bakeRest: 0, gate: true }, look: { rest: null, tally: null } },
      { kind: 'hold', hold: 'gate' },
    ],
    [
      'waits while paused, whatever was measured',
      { status: 'paused', look: { rest: -1, tally: failed } },
      { next: 'AwaitContinue' },
    ],
  ])('%s', (_, differing, expected) => {
    expect(decideRollout({ ...facts, ...differing })).toMatchObject(expected);
  });

  it('never goes on past a failure that nobody accepted, nor ends while a look is due or unknown', () => {
    const check = fc.record({ passed: fc.nat(3), failed: fc.nat(3), noData: fc.nat(3), providerErrors: fc.nat(3) });
    const anyTally = fc.record({
      batch: fc.constant(1),
      looks: fc.nat(20),
      samples: fc.nat(100),
      errorsInARow: fc.nat(4),
      error: fc.constant(null),
      silence: fc.option(fc.constant('i1 is silent')),
      checks: fc.tuple(check, check).map(checks => checks.map(one => ({ ...one, last: null }))),
      accepted: fc.subarray([0, 1]),
      acceptsNoData: fc.boolean(),
      acceptsErrors: fc.boolean(),
    });
    const rest = fc.double({ min: -50, max: 50, noNaN: true });
    const reaction = fc.constantFrom('pause' as const, 'rollback' as const, 'continue' as const);
    fc.assert(
      fc.property(
        fc.record({ tally: fc.option(anyTally), lookRest: fc.option(rest), bakeRest: rest, gate: fc.boolean() }),
        fc.record({ onNoData: reaction, onProviderError: reaction, failureLimit: fc.nat(2) }),
        ({ tally, lookRest, bakeRest, gate }, reactions) => {
          const analysis = { ...policy, ...reactions };
          const decision = decideRollout({
            ...{ ...facts, analysis, batch: { ...batch, bakeRest, gate }, look: { rest: lookRest, tally } },
          });
          const hasFailed = [0, reactions.failureLimit].some(
            (limit, at) => (tally?.checks[at]?.failed ?? 0) > limit && !tally?.accepted.includes(at),
          );

          if (hasFailed)
            expect(decision).toMatchObject({ kind: 'hold', hold: 'analysis', details: { verdict: 'fail' } });
          if (decision.kind === 'finishBake' || (decision.kind === 'hold' && decision.hold === 'gate')) {
            expect({ bakeRest: bakeRest <= 0, lookRest }).toEqual({ bakeRest: true, lookRest: null });
          }
          // What a person accepts is not what stops it again.
          if (decision.kind !== 'hold' || !decision.acceptedTally) return;
          const next = decideRollout({
            ...{ ...facts, analysis, batch: { ...batch, bakeRest, gate } },
            look: { rest: lookRest, tally: decision.acceptedTally },
          });
          expect(next).not.toMatchObject({ kind: 'hold', reason: decision.reason });
        },
      ),
    );
  });
});
