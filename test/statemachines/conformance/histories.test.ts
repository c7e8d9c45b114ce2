import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FunctionError, type Harness, invoke, single, startHarness } from '../interpreter/harness.ts';

/** Histories as AWS writes them: which events, in which order, and which of them follows which. */
describe('a history', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness({
      echo: (event: unknown) => event,
      fail: () => {
        throw new FunctionError('Unlucky', 'no luck');
      },
    });
  });

  afterAll(() => harness.close());

  /** `Type←previous` for each event. */
  const shape = (events: readonly HistoryEvent[]) =>
    events.map(({ type, previousEventId }) => `${type}←${previousEventId}`);
  const pass = { Type: 'Pass', End: true };
  const processor = (state: object, config: object = {}) => ({ ...config, StartAt: 'Inner', States: { Inner: state } });

  it('of a map interleaves its iterations and ends with the map', async () => {
    const map = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: processor(pass), End: true };

    const { events } = await harness.run(single(map), [1, 2]);

    expect(shape(events)).toEqual([
      'ExecutionStarted←0',
      'MapStateEntered←0',
      'MapStateStarted←2',
      'MapIterationStarted←3',
      'PassStateEntered←4',
      'PassStateExited←5',
      'MapIterationSucceeded←6',
      'MapIterationStarted←6',
      'PassStateEntered←8',
      'PassStateExited←9',
      'MapIterationSucceeded←10',
      'MapStateSucceeded←11',
      'MapStateExited←11',
      'ExecutionSucceeded←13',
    ]);
  });

  it('of a distributed map leaves the iterations out', async () => {
    const config = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
    const map = { Type: 'Map', Label: 'Fan', ItemProcessor: processor(pass, config), End: true };

    const { events, output } = await harness.run(single(map), ['a', 'b']);

    expect(output).toEqual(['a', 'b']);
    expect(shape(events)).toEqual([
      'ExecutionStarted←0',
      'MapStateEntered←0',
      'MapStateStarted←2',
      'MapRunStarted←3',
      'MapRunSucceeded←4',
      'MapStateSucceeded←5',
      'MapStateExited←4',
      'ExecutionSucceeded←7',
    ]);
    expect(events[3]?.mapRunStartedEventDetails?.mapRunArn).toMatch(
      /^arn:aws:states:us-east-1:000000000000:mapRun:machine-\d+\/Fan:[\da-f-]{36}$/,
    );
  });

  it('tells an evaluation error once, in the state whose expression it was', async () => {
    const failing = { Type: 'Pass', Output: '{% $missing %}', End: true };
    const map = { Type: 'Map', ItemProcessor: processor(failing), End: true };

    const { types, events, error } = await harness.run(single(map), [1]);

    expect(error).toBe('States.QueryEvaluationError');
    expect(types.slice(3)).toEqual([
      'MapIterationStarted',
      'PassStateEntered',
      'EvaluationFailed',
      'MapIterationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    expect(events[5]?.evaluationFailedEventDetails).toMatchObject({ state: 'Inner', location: 'Output' });
  });

  it('of a map with a limit that is no number has nothing of the map but its entry', async () => {
    const map = {
      Type: 'Map',
      MaxConcurrencyPath: '$.width',
      ItemsPath: '$.items',
      ItemProcessor: processor(pass),
      End: true,
    };
    const machine = { StartAt: 'Only', States: { Only: map } };

    const { types, cause } = await harness.run(machine, { width: 'wide', items: [1] });

    expect(types).toEqual(['ExecutionStarted', 'MapStateEntered', 'ExecutionFailed']);
    expect(cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #2). " +
        'The MaxConcurrencyPath field refers to value "wide" which is not a valid integer: $.width',
    );
  });

  it('of a failure that nothing can catch ends at once, without an event of the states around', async () => {
    const lost = { Type: 'Pass', Parameters: { 'v.$': '$.nowhere' }, End: true };
    const parallel = { Type: 'Parallel', Branches: [processor(lost)], End: true };
    const map = { Type: 'Map', ItemProcessor: processor(lost), End: true };

    const inParallel = await harness.run({ StartAt: 'Only', States: { Only: parallel } });
    const inMap = await harness.run({ StartAt: 'Only', States: { Only: map } }, [{}]);

    expect(shape(inParallel.events).slice(2)).toEqual([
      'ParallelStateStarted←2',
      'PassStateEntered←3',
      'ExecutionFailed←4',
    ]);
    expect(shape(inMap.events).slice(4)).toEqual(['PassStateEntered←4', 'ExecutionFailed←5']);
    expect([inParallel.error, inMap.error]).toEqual(['States.Runtime', 'States.Runtime']);
  });

  it('of a retried task holds each attempt', async () => {
    const Retry = [{ ErrorEquals: ['Unlucky'], IntervalSeconds: 0, MaxAttempts: 1 }];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const machine = {
      QueryLanguage: 'JSONata',
      StartAt: 'Try',
      States: { Try: invoke('fail', { Retry, Catch, End: true }), Caught: pass },
    };

    const { events, output } = await harness.run(machine);

    expect(output).toEqual({ Error: 'Unlucky', Cause: '{"errorMessage":"no luck","errorType":"Unlucky"}' });
    expect(shape(events)).toEqual([
      'ExecutionStarted←0',
      'TaskStateEntered←0',
      'TaskScheduled←2',
      'TaskStarted←3',
      'TaskFailed←4',
      'TaskScheduled←5',
      'TaskStarted←6',
      'TaskFailed←7',
      'TaskStateExited←8',
      'PassStateEntered←9',
      'PassStateExited←10',
      'ExecutionSucceeded←11',
    ]);
  });
});

describe('a payload', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness({ echo: (event: unknown) => event });
  });

  afterAll(() => harness.close());

  const echo = async (Payload?: unknown) => {
    const Arguments = { FunctionName: 'echo', ...(Payload === undefined ? {} : { Payload }) };
    const { output, events } = await harness.run(single(invoke('echo', { Arguments, End: true })));
    return { seen: output.Payload, scheduled: JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? '') };
  };

  it.each([
    ['0', 0],
    ['"text"', 'text'],
    ['{"a":[1]}', { a: [1] }],
  ])('that is text is the body as it stands: %s', async (payload, seen) => {
    expect(await echo(payload)).toEqual({ seen, scheduled: { FunctionName: 'echo', Payload: payload } });
  });

  it.each([undefined, null])('that is absent or null is none: the function gets {}', async payload => {
    expect((await echo(payload)).seen).toEqual({});
  });
});

describe('the context object', () => {
  it('counts retries in tasks only', async () => {
    const harness = await startHarness({ echo: (event: unknown) => event });
    const Output = '{% $states.context.State %}';

    const inPass = await harness.run(single({ Type: 'Pass', Output, End: true }));
    const inTask = await harness.run(single(invoke('echo', { Output, End: true })));
    await harness.close();

    expect(Object.keys(inPass.output)).toEqual(['EnteredTime', 'Name']);
    expect(inTask.output).toMatchObject({ Name: 'Only', RetryCount: 0 });
  });
});
