import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../functions/domain/judge/judge.ts';
import { defaultJudgePolicy } from '../../../functions/domain/judge/policy.ts';
import type { Trace } from '../../../functions/domain/judge/trace.ts';
import { type Made, makeTrace } from './make-trace.ts';

const anyTrace: fc.Arbitrary<Trace> = fc
  .record({
    seed: fc.nat(10_000),
    instances: fc.integer({ min: 1, max: 6 }),
    history: fc.constantFrom(0, 1, 4, 25),
    looks: fc.integer({ min: 1, max: 12 }),
    requests: fc.constantFrom(0, 1, 4, 40),
    slower: fc.constantFrom(0.5, 1, 1.2, 2, 50),
    errorRatio: fc.constantFrom(0, 0.002, 0.05, 1),
    second: fc.boolean(),
  })
  .map(({ slower, errorRatio, second, ...made }) => {
    const first = { look: 0, updated: 1 };
    return makeTrace({
      ...made,
      batches: second ? [first, { look: 5, updated: made.instances }] : [first],
      median: age => (age >= 0 ? 0.04 * slower : 0.04),
      errorRatio: age => (age >= 0 ? errorRatio : 0.002),
    } satisfies Made);
  });

const runs = { numRuns: 60 };

describe('a judgement', () => {
  it('is the same whatever instances are called, and in whatever order they are listed', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat(), (trace, turn) => {
        const other = rename(trace, turn);

        const [one, two] = [judge(trace), judge(other)];

        expect([two.verdict, two.look, two.basis]).toEqual([one.verdict, one.look, one.basis]);
        for (const [at, check] of two.checks.entries()) {
          expect(check.n).toEqual(one.checks[at]?.n);
          expect(check.effect ?? 0).toBeCloseTo(one.checks[at]?.effect ?? 0, 6);
        }
      }),
      runs,
    );
  });

  it('at a look depends on nothing that comes after it', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat(), (trace, cut) => {
        const whole = judge(trace);
        const looks = trace.startLook + 1 + (cut % (trace.looks.length - trace.startLook));
        const known = {
          ...trace,
          looks: trace.looks.slice(0, looks),
          // What is yet to be updated is not known to be.
          instances: trace.instances.map(({ id, updatedAtLook }) => ({
            id,
            updatedAtLook: updatedAtLook !== null && updatedAtLook < looks ? updatedAtLook : null,
          })),
        };

        const part = judge(known);

        if (whole.look < looks) expect(part).toEqual(whole);
        else {
          expect(part.verdict).not.toBe('fail');
          expect(part.look).toBe(looks - 1);
        }
      }),
      runs,
    );
  });

  it('fails a check if and only if the lower end of its interval is above what is allowed, and estimates within it', () => {
    fc.assert(
      fc.property(anyTrace, trace => {
        const { verdict, checks } = judge(trace);

        for (const { verdict: own, interval, maxIncrease, effect } of checks) {
          const [low, high] = interval;
          expect(own === 'fail').toBe(low !== null && low > maxIncrease);
          if (low !== null && high !== null) expect(low).toBeLessThanOrEqual(high);
          if (low !== null && effect !== null) expect(low).toBeLessThanOrEqual(effect);
          if (high !== null && effect !== null) expect(effect).toBeLessThanOrEqual(high);
        }
        expect(verdict === 'fail').toBe(checks.some(check => check.verdict === 'fail'));
      }),
      runs,
    );
  });

  it('never passes without as many requests of the new version as asked for', () => {
    fc.assert(
      fc.property(anyTrace, fc.constantFrom(1, 50, 500), (trace, minSamples) => {
        const { verdict, checks } = judge(trace, { ...defaultJudgePolicy, minSamples });

        if (verdict === 'pass') for (const { n } of checks) expect(n.new).toBeGreaterThanOrEqual(minSamples);
      }),
      runs,
    );
  });

  it('is reached whatever rows and looks are missing or empty, with finite numbers', () => {
    fc.assert(
      fc.property(
        anyTrace,
        fc.infiniteStream(fc.constantFrom('kept', 'kept', 'row', 'zero', 'look')),
        (trace, fates) => {
          const looks = trace.looks.map(rows => {
            const fate = fates.next().value;
            if (fate === 'look') return {};
            return Object.fromEntries(
              Object.entries(rows).flatMap(([id, row]) => {
                const own = fates.next().value;
                if (own === 'row') return [];
                return [[id, own === 'zero' ? row.map(() => 0) : row]];
              }),
            );
          });

          const judgement = judge({ ...trace, looks });

          const numbers = judgement.checks.flatMap(({ effect, interval }) => [effect, ...interval]);
          for (const number of numbers) if (number !== null) expect(Number.isFinite(number)).toBe(true);
          expect(judgement.look).toBeGreaterThanOrEqual(trace.startLook);
        },
      ),
      runs,
    );
  });
});

function rename(trace: Trace, turn: number): Trace {
  const names = new Map(trace.instances.map(({ id }, at) => [id, `x${(at * 7 + turn) % 1000}`]));
  const by = turn % trace.instances.length;
  return {
    ...trace,
    instances: [...trace.instances.slice(by), ...trace.instances.slice(0, by)].map(({ id, updatedAtLook }) => ({
      id: names.get(id) ?? id,
      updatedAtLook,
    })),
    looks: trace.looks.map(rows =>
      Object.fromEntries(Object.entries(rows).map(([id, row]) => [names.get(id) ?? id, row])),
    ),
  };
}
