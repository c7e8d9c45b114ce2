import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FunctionError, type Harness, startHarness } from './harness.ts';

describe('a state in JSONPath', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      double: ({ n }: { n: number }) => ({ n: n * 2 }),
      fail: () => {
        throw new FunctionError('Unlucky', 'no luck');
      },
    });
  });
  afterAll(() => harness.close());

  const single = (state: object) => ({ StartAt: 'Only', States: { Only: state } });

  test('shapes data on its way in and out', async () => {
    const state = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      InputPath: '$.order',
      Parameters: { FunctionName: 'double', Payload: { 'n.$': '$.count', 'who.$': '$$.State.Name' } },
      ResultSelector: { 'twice.$': '$.Payload.n' },
      ResultPath: '$.result',
      OutputPath: '$.result',
      End: true,
    };

    expect((await harness.run(single(state), { order: { count: 4 } })).output).toEqual({ twice: 8 });
  });

  test('fills templates with intrinsic functions', async () => {
    const Parameters = {
      'text.$': "States.Format('{} of \\{{}\\}', $.n, $.list)",
      'part.$': 'States.ArrayPartition($.list, 2)',
      'sum.$': 'States.MathAdd($.n, States.ArrayLength($.list))',
      'slice.$': '$.list[1:]',
      'large.$': '$.things[?(@.size > 2)].name',
    };
    const things = [
      { name: 'a', size: 1 },
      { name: 'b', size: 3 },
    ];
    const { output } = await harness.run(single({ Type: 'Pass', Parameters, End: true }), {
      n: 1,
      list: [1, 2, 3],
      things,
    });

    expect(output).toEqual({ text: '1 of {[1, 2, 3]}', part: [[1, 2], [3]], sum: 4, slice: [2, 3], large: ['b'] });
  });

  test('chooses by its rules', async () => {
    const definition = {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.missing', IsPresent: true, Next: 'No' },
            { Not: { Variable: '$.name', StringMatches: 'a*c' }, Next: 'No' },
            {
              And: [
                { Variable: '$.n', NumericGreaterThanPath: '$.least' },
                { Variable: '$.at', TimestampLessThan: '2030-01-01T00:00:00Z' },
              ],
              Next: 'Yes',
            },
          ],
          Default: 'No',
        },
        Yes: { Type: 'Succeed' },
        No: { Type: 'Fail' },
      },
    };
    const input = { name: 'abc', n: 3, least: 2, at: '2020-01-01T00:00:00+02:00' };

    expect((await harness.run(definition, input)).status).toBe('SUCCEEDED');
    expect((await harness.run(definition, { ...input, n: 1 })).status).toBe('FAILED');
  });

  test('puts a caught error beside its input, and assigns variables from it', async () => {
    const definition = {
      StartAt: 'Try',
      States: {
        Try: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'fail' },
          Catch: [
            { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Assign: { 'name.$': '$.Error' }, Next: 'Look' },
          ],
          End: true,
        },
        Look: { Type: 'Pass', Parameters: { 'name.$': '$name', 'all.$': '$' }, End: true },
      },
    };
    const { output } = await harness.run(definition, { n: 1 });

    expect(output).toMatchObject({ name: 'Unlucky', all: { n: 1, error: { Error: 'Unlucky' } } });
  });

  test('fails where a path leads nowhere, and nothing catches that', async () => {
    const { error, cause } = await harness.run(single({ Type: 'Pass', InputPath: '$.a.b', End: true }), {});

    expect(error).toBe('States.Runtime');
    expect(cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #2). " +
        "Invalid path '$.a.b' : Missing property in path $['a']",
    );
  });

  test('may stand beside states in JSONata', async () => {
    const definition = {
      StartAt: 'Path',
      States: {
        Path: { Type: 'Pass', Assign: { 'seen.$': '$.n' }, Next: 'Query' },
        Query: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $seen + $states.input.n %}', End: true },
      },
    };

    expect((await harness.run(definition, { n: 2 })).output).toBe(4);
  });
});
