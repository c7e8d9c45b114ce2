import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, single, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

describe('Pass', () => {
  test('hands its input on byte for byte when it has no output of its own', async () => {
    const arn = await harness.start(await harness.create(single({ Type: 'Pass', End: true })), [1.5, { a: null }]);

    expect((await harness.end(arn)).output).toBe('[1.5,{"a":null}]');
  });

  test('assigns and outputs from the values at its entry, whatever their order', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'Swap' },
        Swap: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'Last' },
        Last: { Type: 'Pass', Output: { before: '{% $states.input %}', after: '{% [$x, $y] %}' }, End: true },
      },
    };
    const { output, events } = await harness.run(definition);

    expect(output).toEqual({ before: [1, 2], after: [2, 1] });
    expect(events[2]?.stateExitedEventDetails).toMatchObject({
      assignedVariables: { x: '1', y: '2' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  test('sees the context object', async () => {
    const Output = '{% $states.context %}';
    const { arn, output } = await harness.run(single({ Type: 'Pass', Output, End: true }), { n: 1 });

    expect(output).toEqual({
      Execution: {
        Id: arn,
        Input: { n: 1 },
        Name: arn.split(':').at(-1),
        RoleArn: 'arn:aws:iam::000000000000:role/test',
        StartTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        RedriveCount: 0,
      },
      State: { Name: 'Only', EnteredTime: expect.any(String) },
      StateMachine: { Id: expect.stringContaining(':stateMachine:machine-'), Name: expect.any(String) },
    });
  });

  test('fails with an output that is too large', async () => {
    const Output = '{% $pad("", 300000, "x") %}';
    const { error, cause, types } = await harness.run(single({ Type: 'Pass', Output, End: true }));

    expect(error).toBe('States.DataLimitExceeded');
    expect(cause).toMatch(/^The state\/task 'Only' returned a result with a size exceeding/);
    expect(types).toEqual(['ExecutionStarted', 'PassStateEntered', 'ExecutionFailed']);
  });
});

describe('Choice', () => {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Choose',
    States: {
      Choose: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'Done', Output: 'big' },
          { Condition: '{% $states.input.n > 5 %}', Next: 'Done', Assign: { size: 'middle' }, Output: '{% $n %}' },
        ],
        Default: 'Done',
        Output: 'small',
        Assign: { size: 'default' },
      },
      Done: { Type: 'Succeed' },
    },
  };

  test('goes by the first rule that holds, with its output', async () => {
    expect((await harness.run(definition, { n: 11 })).output).toBe('big');
  });

  test('goes to the default with the output of the state', async () => {
    const { output, events } = await harness.run(definition, { n: 1 });

    expect(output).toBe('small');
    expect(events[2]?.stateExitedEventDetails?.assignedVariables).toEqual({ size: '"default"' });
  });

  test('without a rule that holds or a default ends the execution as AWS does', async () => {
    const Choices = [{ Condition: '{% false %}', Next: 'Done' }];
    const States = { Choose: { Type: 'Choice', Choices }, Done: { Type: 'Succeed' } };
    const { error, cause } = await harness.run({ QueryLanguage: 'JSONata', StartAt: 'Choose', States });

    expect(error).toBe('States.Runtime');
    expect(cause).toBe(
      "An error occurred while executing the state 'Choose' (entered at the event id #2). " +
        'Failed to transition out of the state. The state does not point to a next state.',
    );
  });

  test('whose condition is no boolean is an evaluation error', async () => {
    const Choices = [{ Condition: '{% "yes" %}', Next: 'Done' }];
    const States = { Choose: { Type: 'Choice', Choices }, Done: { Type: 'Succeed' } };
    const { error, cause } = await harness.run({ QueryLanguage: 'JSONata', StartAt: 'Choose', States });

    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(`Expected 'boolean', but was 'string' for value: "yes"`);
  });
});

describe('Wait', () => {
  test('waits for whole seconds, and until a time', async () => {
    const begin = Date.now();
    const Seconds = '{% $states.input.seconds %}';
    const { status } = await harness.run(single({ Type: 'Wait', Seconds, End: true }), { seconds: 1 });
    const waited = Date.now() - begin;
    const Timestamp = '{% $states.input.until %}';
    const past = await harness.run(single({ Type: 'Wait', Timestamp, End: true }), { until: '2020-01-01T00:00:00Z' });

    expect([status, past.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(waited).toBeGreaterThanOrEqual(1000);
    expect(Date.now() - begin - waited).toBeLessThan(900);
  });

  test('refuses a time that is no time', async () => {
    const state = { Type: 'Wait', Timestamp: '{% $states.input %}', End: true };
    const { cause, events } = await harness.run(single(state), 'tomorrow');

    expect(cause).toMatch(/The Timestamp field cannot be parsed as an ISO-8601 .* format string: tomorrow$/);
    expect(events[2]).toMatchObject({ type: 'EvaluationFailed', previousEventId: 2 });
  });
});

describe('Fail', () => {
  test('ends with the error and cause that its expressions give', async () => {
    const state = { Type: 'Fail', Error: '{% $states.input.name %}', Cause: '{% "because " & $states.input.why %}' };
    const { status, error, cause, types } = await harness.run(single(state), { name: 'Broken', why: 'it fell' });

    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Broken', cause: 'because it fell' });
    expect(types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});
