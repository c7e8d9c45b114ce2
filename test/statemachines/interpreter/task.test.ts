import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FUNCTION, FunctionError, type Harness, invoke, invokeAndWait, single, startHarness } from './harness.ts';

const ERROR_CAUSE = '{"errorMessage":"no luck","errorType":"Unlucky"}';

describe('a task', () => {
  let harness: Harness;
  const calls: unknown[] = [];
  let tokens: ((token: string) => void)[] = [];
  const nextToken = () => new Promise<string>(resolve => tokens.push(resolve));

  beforeAll(async () => {
    harness = await startHarness({
      double: ({ n }: { n: number }) => ({ n: n * 2 }),
      fail: () => {
        throw new FunctionError('Unlucky', 'no luck');
      },
      flaky: () => {
        calls.push(Date.now());
        if (calls.length < 3) throw new FunctionError('Unlucky', 'no luck');
        return 'at last';
      },
      slow: () => new Promise(resolve => setTimeout(resolve, 3000)),
      handOut: ({ token }: { token: string }) => {
        for (const resolve of tokens) resolve(token);
        tokens = [];
      },
      sendSelf: async ({ token }: { token: string }) => {
        await harness.client.send(new SendTaskSuccessCommand({ taskToken: token, output: '"early"' }));
        await new Promise(resolve => setTimeout(resolve, 300));
      },
      large: () => 'x'.repeat(300_000),
    });
  });

  afterAll(() => harness.close());

  test('invokes a function and shows its answer as AWS does', async () => {
    const { status, output, events, types } = await harness.run(single(invoke('double', { End: true })), { n: 4 });

    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { n: 8 },
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: 'a-request' },
      StatusCode: 200,
    });
    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.map(event => event.previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6]);
    expect(events[2]?.taskScheduledEventDetails).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: '{"FunctionName":"double","Payload":{"n":4}}',
    });
  });

  test('of a plain function gets its input and gives its payload', async () => {
    const state = { Type: 'Task', Resource: `${FUNCTION}double`, End: true };
    const { output, types } = await harness.run(single(state), { n: 5 });

    expect(output).toEqual({ n: 10 });
    expect(types.slice(2, 5)).toEqual(['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded']);
  });

  test('that fails ends the execution with the error of the function', async () => {
    const { status, error, cause, types } = await harness.run(single(invoke('fail', { End: true })));

    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Unlucky', cause: ERROR_CAUSE });
    expect(types.slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
  });

  test('of an unknown function fails with the name that AWS gives', async () => {
    const { error, cause } = await harness.run(single(invoke('nobody', { End: true })));

    expect(error).toBe('Lambda.ResourceNotFoundException');
    expect(cause).toMatch(/^Function not found: nobody \(Service: AWSLambda; Status Code: 404; Error Code: Res/);
  });

  test('is retried after its intervals, with its count in the context', async () => {
    calls.length = 0;
    const Retry = [{ ErrorEquals: ['Unlucky'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }];
    const Output = '{% [$states.result.Payload, $states.context.State.RetryCount] %}';
    const { output, types } = await harness.run(single(invoke('flaky', { End: true, Retry, Output })));

    expect(output).toEqual(['at last', 2]);
    expect(types.filter(type => type === 'TaskFailed')).toHaveLength(2);
    expect(types.filter(type => type === 'TaskScheduled')).toHaveLength(3);
  }, 10_000);

  test('is caught by the first catcher that names its error', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Try',
      States: {
        Try: invoke('fail', {
          Next: 'Never',
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Never' },
            {
              ErrorEquals: ['States.TaskFailed'],
              Next: 'Caught',
              Assign: { why: '{% $states.errorOutput.Error %}' },
              Output: { was: '{% $states.errorOutput %}' },
            },
          ],
        }),
        Never: { Type: 'Fail' },
        Caught: { Type: 'Pass', Output: { why: '{% $why %}', input: '{% $states.input %}' }, End: true },
      },
    };
    const { output } = await harness.run(definition);

    expect(output).toEqual({ why: 'Unlucky', input: { was: { Error: 'Unlucky', Cause: ERROR_CAUSE } } });
  });

  test('ends at its timeout', async () => {
    const { error, cause, types } = await harness.run(single(invoke('slow', { TimeoutSeconds: 1, End: true })));

    expect({ error, cause }).toEqual({ error: 'States.Timeout', cause: undefined });
    expect(types.slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  });

  test('whose result is too large fails', async () => {
    const { error, cause } = await harness.run(single(invoke('large', { End: true })));

    expect(error).toBe('States.DataLimitExceeded');
    expect(cause).toBe(
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  describe('that waits for its token', () => {
    test('goes on with the output that is sent', async () => {
      const token = nextToken();
      const arn = await harness.start(await harness.create(single(invokeAndWait('handOut', { End: true }))));
      const taskToken = await token;
      await expect.poll(async () => (await harness.history(arn)).length).toBe(5);
      await harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"ok": true}' }));
      const { output } = await harness.end(arn);

      expect(output).toBe('{"ok": true}');
      const types = (await harness.history(arn)).map(({ type }) => type);
      expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
      await expect(harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toMatchObject({
        name: 'TaskTimedOut',
        message: "Task Timed Out: 'Provided task does not exist anymore'",
      });
    });

    test('is over when the token comes while the function still runs', async () => {
      const { output, types } = await harness.run(single(invokeAndWait('sendSelf', { End: true })));

      expect(output).toBe('early');
      expect(types.at(-1)).toBe('ExecutionSucceeded');
    });

    test('fails as the sender says', async () => {
      const token = nextToken();
      const arn = await harness.start(await harness.create(single(invokeAndWait('handOut', { End: true }))));
      await harness.client.send(new SendTaskFailureCommand({ taskToken: await token, error: 'Bad', cause: 'because' }));
      const { status, error, cause } = await harness.end(arn);

      expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Bad', cause: 'because' });
    });

    test('fails when its function does', async () => {
      const { error, types } = await harness.run(single(invokeAndWait('fail', { End: true })));

      expect(error).toBe('Unlucky');
      expect(types).not.toContain('TaskSubmitted');
    });

    test('times out without heartbeats, and not with them', async () => {
      const token = nextToken();
      const state = invokeAndWait('handOut', { HeartbeatSeconds: 1, End: true });
      const arn = await harness.start(await harness.create(single(state)));
      const taskToken = await token;
      const begin = Date.now();
      await new Promise(resolve => setTimeout(resolve, 600));
      await harness.client.send(new SendTaskHeartbeatCommand({ taskToken }));
      const { error } = await harness.end(arn);

      expect(error).toBe('States.Timeout');
      expect(Date.now() - begin).toBeGreaterThan(1500);
    });

    test('refuses what was never a token, and output that is not JSON', async () => {
      const send = (taskToken: string, output: string) =>
        harness.client.send(new SendTaskSuccessCommand({ taskToken, output }));

      await expect(send('nonsense', '{}')).rejects.toMatchObject({
        name: 'InvalidToken',
        message: "Invalid Token: 'Invalid token'",
      });
      const token = nextToken();
      const arn = await harness.start(await harness.create(single(invokeAndWait('handOut', { End: true }))));
      const taskToken = await token;
      await expect(send(taskToken, '{')).rejects.toMatchObject({ name: 'InvalidOutput' });
      await send(taskToken, '1');
      expect((await harness.end(arn)).output).toBe('1');
    });
  });
});
