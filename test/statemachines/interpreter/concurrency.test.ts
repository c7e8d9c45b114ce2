import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FunctionError, type Harness, invoke, single, startHarness } from './harness.ts';

let harness: Harness;
let active = 0;
let most = 0;

beforeAll(async () => {
  harness = await startHarness({
    track: async (input: unknown) => {
      active += 1;
      most = Math.max(most, active);
      await new Promise(resolve => setTimeout(resolve, 20));
      active -= 1;
      return input;
    },
    pick: (n: number) => {
      if (n === 2) throw new FunctionError('Unlucky', 'not two');
      return new Promise(resolve => setTimeout(() => resolve(n), 100));
    },
  });
});
afterAll(() => harness.close());

const map = (fields: object, state: object) =>
  single({
    Type: 'Map',
    ItemProcessor: { StartAt: 'Each', States: { Each: state } },
    End: true,
    ...fields,
  });

const pass = { Type: 'Pass', End: true };

describe('Map', () => {
  test('runs its processor for each item, with the item in the context, and lists the outputs in order', async () => {
    const fields = {
      Items: '{% $states.input.list %}',
      ItemSelector: { value: '{% $states.context.Map.Item.Value %}', at: '{% $states.context.Map.Item.Index %}' },
    };
    const { output } = await harness.run(map(fields, pass), { list: ['a', 'b'] });

    expect(output).toEqual([
      { value: 'a', at: 0 },
      { value: 'b', at: 1 },
    ]);
  });

  test('shows its iterations in the history as AWS does', async () => {
    const { events } = await harness.run(map({ MaxConcurrency: 1 }, pass), [7, 8]);

    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'MapStateEntered'],
      [3, 2, 'MapStateStarted'],
      [4, 3, 'MapIterationStarted'],
      [5, 4, 'PassStateEntered'],
      [6, 5, 'PassStateExited'],
      [7, 6, 'MapIterationSucceeded'],
      [8, 6, 'MapIterationStarted'],
      [9, 8, 'PassStateEntered'],
      [10, 9, 'PassStateExited'],
      [11, 10, 'MapIterationSucceeded'],
      [12, 11, 'MapStateSucceeded'],
      [13, 11, 'MapStateExited'],
      [14, 13, 'ExecutionSucceeded'],
    ]);
  });

  test('runs as many iterations at a time as it may', async () => {
    active = 0;
    most = 0;
    const state = invoke('track', { Output: '{% $states.result.Payload %}', End: true });
    const { output } = await harness.run(map({ MaxConcurrency: '{% 1 + 2 %}' }, state), [1, 2, 3, 4, 5, 6, 7]);

    expect(output).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test('ends all iterations when one fails, and can be caught', async () => {
    const fields = { Catch: [{ ErrorEquals: ['Unlucky'], Next: 'Caught' }] };
    const definition = map(fields, invoke('pick', { End: true }));
    const States = { ...definition.States, Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true } };
    const { output, types } = await harness.run({ ...definition, States }, [1, 2, 3]);

    expect(output).toBe('Unlucky');
    expect(types.slice(types.indexOf('TaskFailed'))).toEqual([
      'TaskFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateFailed',
      'MapStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('keeps the variables of an iteration to itself, and lets it read those around', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { factor: 10 }, Next: 'Multiply' },
        Multiply: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'Take',
            States: {
              Take: { Type: 'Pass', Assign: { own: '{% $states.input * $factor %}' }, Next: 'Give' },
              Give: { Type: 'Pass', Output: '{% $own %}', End: true },
            },
          },
          Next: 'Look',
        },
        Look: { Type: 'Pass', Output: { list: '{% $states.input %}', own: '{% $exists($own) %}' }, End: true },
      },
    };

    expect((await harness.run(definition, [1, 2])).output).toEqual({ list: [10, 20], own: false });
  });

  test('of no items succeeds at once', async () => {
    expect((await harness.run(map({ Items: [] }, pass))).output).toEqual([]);
  });

  test('refuses items that are no list', async () => {
    const { cause, types } = await harness.run(map({ Items: '{% $states.input %}' }, pass), 'text');

    expect(cause).toContain(`specified for the field 'Items' returned an unexpected result type. Expected 'array'`);
    expect(types.slice(-3)).toEqual(['EvaluationFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  test('that is distributed tolerates as many failures as it says', async () => {
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Each',
      States: { Each: invoke('pick', { Output: '{% $states.result.Payload %}', End: true }) },
    };
    const tolerant = await harness.run(map({ ItemProcessor, ToleratedFailureCount: 1 }, pass), [1, 2, 3]);
    const strict = await harness.run(map({ ItemProcessor }, pass), [1, 2, 3]);

    expect(tolerant.output).toEqual([1, 3]);
    expect(tolerant.types).toContain('MapRunSucceeded');
    expect(strict.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(strict.types).toContain('MapRunFailed');
  });
});

describe('Parallel', () => {
  let branches = 0;
  const branch = (state: object) => {
    const name = `Do ${++branches}`;
    return { StartAt: name, States: { [name]: state } };
  };

  test('runs its branches side by side and lists their outputs in order', async () => {
    active = 0;
    most = 0;
    const track = invoke('track', { Output: '{% $states.result.Payload %}', End: true });
    const Branches = [branch(track), branch(track), branch({ Type: 'Pass', Output: 3, End: true })];
    const { output, events } = await harness.run(single({ Type: 'Parallel', Branches, End: true }), 5);

    expect(output).toEqual([5, 5, 3]);
    expect(most).toBe(2);
    const exited = events.find(({ type }) => type === 'ParallelStateExited');
    expect(exited?.previousEventId).toBe((exited?.id ?? 0) - 2);
  });

  test('fails with its first failing branch and ends the others', async () => {
    const Branches = [branch({ Type: 'Wait', Seconds: 60, End: true }), branch({ Type: 'Fail', Error: 'Broken' })];
    const { error, types } = await harness.run(single({ Type: 'Parallel', Branches, End: true }));

    expect(error).toBe('Broken');
    expect(types.slice(-4)).toEqual(['FailStateEntered', 'WaitStateAborted', 'ParallelStateFailed', 'ExecutionFailed']);
  });

  test('gives its arguments to each branch', async () => {
    const Branches = [branch(pass)];
    const Arguments = { n: '{% $states.input + 1 %}' };

    expect((await harness.run(single({ Type: 'Parallel', Branches, Arguments, End: true }), 1)).output).toEqual([
      { n: 2 },
    ]);
  });
});
