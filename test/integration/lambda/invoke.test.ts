import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  type InvokeCommandOutput,
  LambdaServiceException,
  ListFunctionsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, type LambdaEndpoint, REGION, specify, startLambda } from './harness.ts';

const MIB = 1024 * 1024;
const ECHO_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:echo`;

let endpoint: LambdaEndpoint;

beforeAll(async () => {
  endpoint = await startLambda([
    specify('echo', 'echo.ts', { environment: { ECHO_COLOUR: 'green' } }),
    specify('impatient', 'echo.ts', { timeoutSeconds: 0.2 }),
    specify('mutates', 'mutates.ts'),
  ]);
});
afterAll(() => endpoint[Symbol.asyncDispose]());

function invoke(event: unknown, input: Partial<InvokeCommandInput> = {}): Promise<InvokeCommandOutput> {
  const payload = Buffer.from(event === undefined ? '' : JSON.stringify(event));
  return endpoint.client.send(new InvokeCommand({ FunctionName: 'echo', Payload: payload, ...input }));
}

function readPayload(output: InvokeCommandOutput): unknown {
  return JSON.parse(output.Payload?.transformToString() ?? '');
}

async function catchError(promise: Promise<unknown>): Promise<LambdaServiceException> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LambdaServiceException)) throw new Error(`expected an error of the service, got ${error}`);
  return error;
}

describe('a synchronous call', () => {
  test.each(['echo', 'echo:$LATEST', `${ACCOUNT}:function:echo`, ECHO_ARN, `${ECHO_ARN}:$LATEST`])(
    'finds the function by %s',
    async name => {
      const output = await invoke({ answer: { n: 1 } }, { FunctionName: name });

      expect(readPayload(output)).toEqual({ n: 1 });
      expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(output.FunctionError).toBeUndefined();
    },
  );

  test('answers null for a handler that returns nothing, and gives it {} for no payload', async () => {
    const output = await invoke(undefined);

    expect(readPayload(output)).toBeNull();
  });

  test('gives the handler its environment and the context of Lambda', async () => {
    const colour = await invoke({ showVariable: 'ECHO_COLOUR' });
    const output = await invoke({ showContext: true });

    expect(readPayload(colour)).toBe('green');
    expect(readPayload(output)).toEqual({
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'echo',
      functionVersion: '$LATEST',
      invokedFunctionArn: ECHO_ARN,
      memoryLimitInMB: '256',
      awsRequestId: output.$metadata.requestId,
      logGroupName: '/aws/lambda/echo',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      remainingMs: expect.toSatisfy(ms => ms > 4000 && ms <= 5000),
    });
  });

  test('reports what the handler throws as a function error', async () => {
    const output = await invoke({ throw: 'out of cheese' });

    expect(output).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(readPayload(output)).toEqual({
      errorType: 'OrderFailed',
      errorMessage: 'out of cheese',
      trace: expect.arrayContaining(['OrderFailed: out of cheese']),
    });
  });

  test('reports a thrown value that is no error, and an answer that is no JSON', async () => {
    const thrown = await invoke({ throwValue: 'just text' });
    const circular = await invoke({ circular: true });

    expect(readPayload(thrown)).toEqual({ errorType: 'string', errorMessage: 'just text', trace: [] });
    expect(readPayload(circular)).toMatchObject({ errorMessage: 'Unable to stringify response body' });
    expect(circular.FunctionError).toBe('Unhandled');
  });

  test('is answered when the timeout is over, though the handler goes on', async () => {
    const started = performance.now();
    const output = await invoke({ waitMs: 600, answer: 'late' }, { FunctionName: 'impatient' });

    expect(performance.now() - started).toBeLessThan(550);
    expect(output.FunctionError).toBe('Unhandled');
    expect(readPayload(output)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${output.$metadata.requestId} Error: Task timed out after 0.20 seconds`,
    });
  });

  test('leaks no object between the caller and the handler', async () => {
    const event = { list: [1] };
    const first = await endpoint.lambda.invoke('mutates', event);
    const second = await endpoint.lambda.invoke('mutates', event);

    expect(event.list).toEqual([1]);
    expect([first.payload, second.payload]).toEqual(['{"count":1}', '{"count":2}']);
  });
});

describe('limits', () => {
  test('a request may hold 6 MiB', async () => {
    const frame = JSON.stringify({ pad: '' }).length;
    const fits = await invoke({ pad: 'x'.repeat(6 * MIB - frame) });
    const error = await catchError(invoke({ pad: 'x'.repeat(6 * MIB - frame + 1) }));

    expect(fits.StatusCode).toBe(200);
    expect(error).toMatchObject({
      name: 'RequestEntityTooLargeException',
      message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    });
    expect(error.$metadata.httpStatusCode).toBe(413);
  });

  test('a response may hold 6 MiB and 100 bytes', async () => {
    const fits = await invoke({ answerBytes: 6_291_556 });
    const tooLarge = await invoke({ answerBytes: 6_291_557 });

    expect(fits.FunctionError).toBeUndefined();
    expect(tooLarge.FunctionError).toBe('Unhandled');
    expect(readPayload(tooLarge)).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  test('an asynchronous request may hold 1 MiB', async () => {
    const error = await catchError(invoke({ pad: 'x'.repeat(MIB) }, { InvocationType: 'Event' }));

    expect(error.message).toBe('1048586 byte payload is too large for the Event invocation type (limit 1048576 bytes)');
  });
});

describe('refusals', () => {
  test.each([
    ['nobody', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:nobody:$LATEST`],
    ['echo:7', `${ECHO_ARN}:7`],
    [`arn:aws:lambda:us-east-1:${ACCOUNT}:function:echo`, `arn:aws:lambda:us-east-1:${ACCOUNT}:function:echo:$LATEST`],
  ])('there is no %s', async (name, arn) => {
    const error = await catchError(invoke({}, { FunctionName: name }));

    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error.message).toBe(`Function not found: ${arn}`);
    expect(error.$metadata.httpStatusCode).toBe(404);
  });

  test.each([
    ['text', Buffer.from('{not json')],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0x87, 0x22])],
  ])('a payload of %s is refused', async (_, payload) => {
    const error = await catchError(invoke({}, { Payload: payload }));

    expect(error.name).toBe('InvalidRequestContentException');
    expect(error.message).toMatch(/^Could not parse request body into json: /);
    expect(error.$metadata.httpStatusCode).toBe(400);
  });

  test('an impossible function name is refused', async () => {
    const error = await catchError(invoke({}, { FunctionName: 'a b/c%' }));

    expect(error.name).toBe('ValidationException');
  });

  test('a dry run calls nothing', async () => {
    const output = await invoke({ throw: 'never' }, { InvocationType: 'DryRun' });

    expect(output.StatusCode).toBe(204);
  });
});

test('functions can be listed and looked up', async () => {
  const list = await endpoint.client.send(new ListFunctionsCommand({}));
  const one = await endpoint.client.send(new GetFunctionCommand({ FunctionName: 'echo' }));

  expect(list.Functions?.map(each => each.FunctionName)).toEqual(['echo', 'impatient', 'mutates']);
  expect(one.Configuration).toMatchObject({ FunctionArn: ECHO_ARN, Timeout: 5, MemorySize: 256, State: 'Active' });
});
