import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, single, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({}, { historyLimit: 40 });
});
afterAll(() => harness.close());

const PASS = single({ Type: 'Pass', End: true });
const WAIT = single({ Type: 'Wait', Seconds: 600, End: true });

describe('starting an execution', () => {
  test('again with the same name and input while it runs is the same execution', async () => {
    const machine = await harness.create(WAIT);
    const first = await harness.start(machine, { n: 1 }, 'twice');

    expect(await harness.start(machine, { n: 1 }, 'twice')).toBe(first);
    await expect(harness.start(machine, { n: 2 }, 'twice')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first}'`,
    });
  });

  test('under the name of a closed one is refused even with its input', async () => {
    const machine = await harness.create(PASS);
    const arn = await harness.start(machine, {}, 'over');
    await harness.end(arn);

    await expect(harness.start(machine, {}, 'over')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('refuses names, inputs and machines that are none', async () => {
    const machine = await harness.create(PASS);

    await expect(harness.start(machine, {}, 'a b')).rejects.toMatchObject({
      name: 'InvalidName',
      message: "Invalid Name: 'a b'",
    });
    await expect(harness.start(`${machine}x`)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${machine}x'`,
    });
    await expect(harness.end('nonsense')).rejects.toMatchObject({ name: 'InvalidArn' });
  });
});

describe('an execution', () => {
  test('that is stopped is aborted with what the caller says', async () => {
    const arn = await harness.start(await harness.create(WAIT));
    await expect.poll(async () => (await harness.history(arn)).length).toBe(2);
    await harness.client.send(new StopExecutionCommand({ executionArn: arn, error: 'Halt', cause: 'enough' }));

    expect(await harness.end(arn)).toMatchObject({ status: 'ABORTED', error: 'Halt', cause: 'enough' });
    const events = await harness.history(arn);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionAborted', previousEventId: 0 });
  });

  test('times out when its machine says so', async () => {
    const { status, types, events, description } = await harness.run({ ...WAIT, TimeoutSeconds: 1 });

    expect(status).toBe('TIMED_OUT');
    expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionTimedOut']);
    expect(events.at(-1)?.executionTimedOutEventDetails).toEqual({ error: 'States.Timeout' });
    expect(Number(description.stopDate) - Number(description.startDate)).toBe(1000);
  });

  test('ends at the last event that its history holds, whatever its states catch', async () => {
    const loop = {
      QueryLanguage: 'JSONata',
      StartAt: 'Round',
      States: {
        Round: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Again' }], Default: 'Done' },
        Again: { Type: 'Pass', Next: 'Round' },
        Done: { Type: 'Succeed' },
      },
    };
    const { error, cause, events } = await harness.run(loop);

    expect(events).toHaveLength(40);
    expect(error).toBe('States.Runtime');
    expect(cause).toBe('The execution reached the maximum number of history events (40).');
  });

  test('keeps the definition that it started with', async () => {
    const machine = await harness.create(WAIT);
    const arn = await harness.start(machine);
    const definition = JSON.stringify(PASS);
    await harness.client.send(new UpdateStateMachineCommand({ stateMachineArn: machine, definition }));

    const shown = await harness.client.send(new DescribeStateMachineForExecutionCommand({ executionArn: arn }));
    expect(shown.definition).toBe(JSON.stringify(WAIT));
    const now = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn: machine }));
    expect(now.definition).toBe(definition);
  });

  test('is listed newest first, by status and in pages', async () => {
    const machine = await harness.create(PASS);
    const names = ['one', 'two', 'three'];
    for (const name of names) await harness.end(await harness.start(machine, {}, name));
    const list = (fields: object) =>
      harness.client.send(new ListExecutionsCommand({ stateMachineArn: machine, ...fields }));

    const first = await list({ maxResults: 2 });
    const rest = await list({ maxResults: 2, nextToken: first.nextToken });
    expect([...(first.executions ?? []), ...(rest.executions ?? [])].map(({ name }) => name)).toEqual(
      names.toReversed(),
    );
    expect(rest.nextToken).toBeUndefined();
    expect((await list({ statusFilter: 'FAILED' })).executions).toEqual([]);
    await expect(list({ nextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('shows its history in pages, backwards, and without data', async () => {
    const { arn } = await harness.run(PASS, { secret: true });
    const page = (fields: object) =>
      harness.client.send(new GetExecutionHistoryCommand({ executionArn: arn, ...fields }));

    const first = await page({ reverseOrder: true, maxResults: 3 });
    const rest = await page({ reverseOrder: true, maxResults: 3, nextToken: first.nextToken });
    expect([...(first.events ?? []), ...(rest.events ?? [])].map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect(JSON.stringify(await page({ includeExecutionData: false }))).not.toContain('secret');
  });
});

describe('a definition', () => {
  test('that is not valid is refused, and described', async () => {
    const bad = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'Nowhere' } } };

    await expect(harness.create(bad)).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringMatching(/^Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: /),
    });
    const command = new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(bad) });
    expect(await harness.client.send(command)).toMatchObject({ result: 'FAIL' });
  });
});
