import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../../infra/local/step-functions/definition/validate.ts';
import { branch, invoke, jsonata, jsonPath, pass } from './machines.ts';

const caught = [{ ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput %}' }, Next: 'Over' }];
const retried = [{ ErrorEquals: ['X'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5, JitterStrategy: 'FULL' }];

/** A sound machine with every type of state in it. */
const sound = jsonata({
  Work: { ...invoke, End: undefined, TimeoutSeconds: '{% 5 %}', Retry: retried, Catch: caught, Next: 'Choose' },
  Choose: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Output: 1, Next: 'Fan' }], Default: 'Rest' },
  Fan: { Type: 'Parallel', Branches: [branch], Output: '{% $states.result[0] %}', Next: 'Each' },
  Each: {
    Type: 'Map',
    Items: [1, 2],
    ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
    ItemProcessor: { StartAt: 'Deep', States: { Deep: pass } },
    Next: 'Rest',
  },
  Rest: { Type: 'Wait', Seconds: '{% $states.input.n %}', Assign: { n: 1 }, Next: 'Over' },
  Over: { Type: 'Succeed', Output: { done: '{% $n %}' } },
});

/** Puts `value` somewhere into a copy of `json`: at the end of the path that `steps` leads along. */
function replaceIn(json: unknown, steps: readonly number[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof json !== 'object' || json === null || Object.keys(json).length === 0) return value;
  const keys = Object.keys(json);
  const key = keys[step % keys.length] ?? '';
  const copy = structuredClone(json);
  Reflect.set(copy, key, replaceIn(Reflect.get(copy, key), rest, value));
  return copy;
}

describe('validation', () => {
  it('finds nothing wrong with a sound machine', () => {
    expect(validateDefinition(JSON.stringify(sound))).toEqual([]);
  });

  it('answers for any text and any JSON', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map(value => JSON.stringify(jsonPath({ A: value as object }))),
    );

    fc.assert(
      fc.property(anything, text => validateDefinition(text).length > 0),
      { numRuns: 500 },
    );
  });

  it('answers for any machine with one part of it replaced', () => {
    const steps = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 });

    fc.assert(
      fc.property(steps, fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        const broken = JSON.stringify(replaceIn(sound, path, value));

        for (const { message, code } of validateDefinition(broken)) {
          expect(message).not.toBe('');
          expect(code).not.toBe('TOO_DEEPLY_NESTED');
        }
      }),
      { numRuns: 500 },
    );
  });
});
