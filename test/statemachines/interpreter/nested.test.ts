import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, single, startHarness } from './harness.ts';

describe('a task that starts an execution', () => {
  let harness: Harness;
  let child: string;
  let failing: string;

  beforeAll(async () => {
    harness = await startHarness();
    child = await harness.create(single({ Type: 'Pass', Output: { got: '{% $states.input %}' }, End: true }));
    failing = await harness.create(single({ Type: 'Fail', Error: 'Broken', Cause: 'on purpose' }));
  });
  afterAll(() => harness.close());

  const starting = (suffix: string, StateMachineArn: string) =>
    single({
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${suffix}`,
      Arguments: { StateMachineArn, Input: '{% $states.input %}' },
      End: true,
    });

  test('goes on at once without .sync', async () => {
    const { output, types } = await harness.run(starting('', child), 1);

    expect(output).toMatchObject({ ExecutionArn: expect.stringContaining(':execution:machine-1:') });
    expect(types).not.toContain('TaskSubmitted');
  });

  test('waits for its end with .sync:2, and gets its output parsed', async () => {
    const { output, types } = await harness.run(starting('.sync:2', child), { n: 1 });

    expect(output).toMatchObject({ Status: 'SUCCEEDED', Input: { n: 1 }, Output: { got: { n: 1 } } });
    expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  });

  test('gets it as text with .sync', async () => {
    const { output } = await harness.run(starting('.sync', child), { n: 1 });

    expect(output).toMatchObject({ Input: '{"n":1}', Output: '{"got":{"n":1}}' });
  });

  test('fails when it does, with its description as the cause', async () => {
    const { error, cause } = await harness.run(starting('.sync:2', failing));

    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject({ Error: 'Broken', Cause: 'on purpose', Status: 'FAILED' });
  });

  test('of no machine fails with the name that AWS gives', async () => {
    const { error, cause } = await harness.run(starting('.sync:2', `${child}-gone`));

    expect(error).toBe('StepFunctions.StateMachineDoesNotExistException');
    expect(cause).toContain(
      `State Machine Does Not Exist: '${child}-gone' (Service: AWSStepFunctions; Status Code: 400`,
    );
  });

  test('stops it when it is stopped itself', async () => {
    const waiting = await harness.create(single({ Type: 'Wait', Seconds: 600, End: true }));
    const arn = await harness.start(await harness.create(starting('.sync:2', waiting)));
    await expect.poll(async () => (await harness.history(arn)).length).toBe(5);
    const [, , , , submitted] = await harness.history(arn);
    const { ExecutionArn } = JSON.parse(submitted?.taskSubmittedEventDetails?.output ?? '{}');
    await harness.client.send(new StopExecutionCommand({ executionArn: arn }));

    expect((await harness.end(ExecutionArn)).status).toBe('ABORTED');
  });

  test('may call this service through its SDK', async () => {
    const definition = single({
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:sendTaskSuccess',
      Arguments: { TaskToken: 'nonsense', Output: { done: true } },
      End: true,
    });
    const { error, cause } = await harness.run(definition);

    expect(error).toBe('Sfn.InvalidTokenException');
    expect(cause).toMatch(
      /^Invalid Token: 'Invalid token' \(Service: Sfn, Status Code: 400, Request ID: .*\) \(SDK Att/,
    );
  });
});
