import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, invoke, single, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ echo: (input: unknown) => input });
});
afterAll(() => harness.close());

const evaluate = async (expression: string, input: unknown = {}) =>
  harness.run(single({ Type: 'Pass', Output: `{% ${expression} %}`, End: true }), input);

describe('an expression', () => {
  test.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 3.9)', [0, 3, 6, 9]],
    ['$range(1, 9, 9)', 1],
    ['$hash("input data", "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$parse("{\\"a\\": [1]}")', { a: [1] }],
    ['$random(7) = $random(7) and $random() < 1', true],
    ['$match($uuid(), /^[0-9a-f-]{36}$/).index', 0],
    ['{"kept": 1, "dropped": $nothing}', { kept: 1 }],
    ['($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(5))', 120],
  ])('%s is evaluated', async (expression, expected) => {
    expect((await evaluate(expression)).output).toEqual(expected);
  });

  test.each([
    ['$nothing', 'returned nothing (undefined).'],
    ['function($x) { $x }', 'returned an unsupported result type.'],
    ['{"f": function($x) { $x }}', 'returned an unsupported result type.'],
    ['$nope()', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['$error("no")', 'threw an error during evaluation. D3137: no'],
    ['"a" + 1', 'threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number'],
    ['($f := function() { 1 + $f() }; $f())', 'threw an error during evaluation: Stack overflow error'],
    ['($f := function() { $f() }; $f())', 'threw an error during evaluation: Expression evaluation timeout'],
  ])(
    '%s fails in the words of AWS',
    async (expression, reason) => {
      const { error, cause, events } = await evaluate(expression);

      expect(error).toBe('States.QueryEvaluationError');
      const place = `The JSONata expression '${expression}' specified for the field 'Output' `;
      expect(cause).toContain(
        `An error occurred while executing the state 'Only' (entered at the event id #2). ${place}${reason}`,
      );
      expect(events[2]).toMatchObject({
        type: 'EvaluationFailed',
        previousEventId: 0,
        evaluationFailedEventDetails: { error, cause, location: 'Output', state: 'Only' },
      });
    },
    10_000,
  );

  test('fails at the place in a template where it stands', async () => {
    const state = { Type: 'Pass', Assign: { list: ['fine', { deep: '{% $nothing %}' }] }, End: true };
    const { events } = await harness.run(single(state));

    expect(events[2]?.evaluationFailedEventDetails?.location).toBe('Assign/list[1]/deep');
  });

  test('of a task that fails is retried and caught like any other error', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Try',
      States: {
        Try: invoke('echo', {
          Output: '{% $states.result.Payload.missing %}',
          Next: 'Never',
          Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], IntervalSeconds: 1, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught' }],
        }),
        Never: { Type: 'Fail' },
        Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      },
    };
    const { output, types } = await harness.run(definition);

    expect(output).toBe('States.QueryEvaluationError');
    expect(types.filter(type => type === 'EvaluationFailed')).toHaveLength(2);
    expect(types.filter(type => type === 'TaskSucceeded')).toHaveLength(2);
  });

  test('cannot keep other executions waiting for long', async () => {
    const begin = Date.now();
    await Promise.all([evaluate('($f := function() { $f() }; $f())'), evaluate('1')]);

    expect(Date.now() - begin).toBeLessThan(3000);
  });
});
