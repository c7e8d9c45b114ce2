import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createStepFunctions, type StepFunctionsOptions } from '../../../infra/local/step-functions/provider.ts';

/** What a function of the test's Lambda gets, and how it answers. */
export type TestFunction = (event: never, context: { readonly name: string }) => unknown;

/** Thrown by a test function, it becomes a function error. */
export class FunctionError extends Error {
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:';
const ROLE = 'arn:aws:iam::000000000000:role/test';

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const closeServer = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** A Lambda endpoint whose functions are plain ones. */
async function startLambda(functions: Readonly<Record<string, TestFunction>>) {
  const reply = (response: ServerResponse, status: number, headers: Record<string, string>, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'a-request', ...headers });
    response.end(JSON.stringify(body ?? null));
  };
  const server = createServer(async (request, response) => {
    const [, name = ''] = /functions\/([^/]+)\/invocations/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    const body = (await readBody(request)).toString();
    const found = functions[name.split(':')[6] ?? name];
    if (!found) {
      reply(
        response,
        404,
        { 'x-amzn-errortype': 'ResourceNotFoundException' },
        { Message: `Function not found: ${name}` },
      );
      return;
    }
    try {
      const result = await found(JSON.parse(body || '{}') as never, { name });
      reply(response, 200, { 'x-amz-executed-version': '$LATEST' }, result);
    } catch (error) {
      const { errorType, message } = error as FunctionError;
      reply(response, 200, { 'x-amz-function-error': 'Unhandled' }, { errorMessage: message, errorType });
    }
  });
  return { url: await listen(server), close: () => closeServer(server) };
}

export type Harness = Awaited<ReturnType<typeof startHarness>>;

/** Step Functions behind HTTP, its client, and the functions that its tasks can invoke. */
export async function startHarness(
  functions: Readonly<Record<string, TestFunction>> = {},
  options: Partial<StepFunctionsOptions> = {},
) {
  const lambda = await startLambda(functions);
  const faults: unknown[] = [];
  const service = createStepFunctions({
    region: 'us-east-1',
    accountId: '000000000000',
    lambdaEndpoint: () => lambda.url,
    log: (_message, error) => faults.push(error),
    ...options,
  });
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const headers = request.headers as Record<string, string>;
    const body = await readBody(request);
    const answer = await service.handle({
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
    });
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  const endpoint = await listen(server);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SFNClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  let machines = 0;

  const create = async (definition: object, name = `machine-${++machines}`): Promise<string> => {
    const { stateMachineArn = '' } = await client.send(
      new CreateStateMachineCommand({ name, roleArn: ROLE, definition: JSON.stringify(definition) }),
    );
    return stateMachineArn;
  };
  const start = async (stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> => {
    const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name });
    return (await client.send(command)).executionArn ?? '';
  };
  /** Waits for its end and describes it. */
  const end = async (executionArn: string): Promise<DescribeExecutionCommandOutput> => {
    for (;;) {
      const description = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (description.status !== 'RUNNING') return description;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  };
  const history = async (executionArn: string): Promise<HistoryEvent[]> => {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events;
  };
  /** Creates a machine, runs it once, and shows how that went. */
  const run = async (definition: object, input: unknown = {}) => {
    const arn = await start(await create(definition), input);
    const description = await end(arn);
    const events = await history(arn);
    return {
      arn,
      description,
      events,
      status: description.status,
      error: description.error,
      cause: description.cause,
      output: description.output === undefined ? undefined : JSON.parse(description.output),
      types: events.map(({ type }) => type),
    };
  };
  const close = async (): Promise<void> => {
    client.destroy();
    await service.close();
    await closeServer(server);
    await lambda.close();
  };
  return { client, service, faults, endpoint, create, start, end, history, run, close };
}

/** A machine in JSONata of one state. */
export const single = (state: object, machine: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Only',
  States: { Only: state },
  ...machine,
});

/** A task that invokes a function of the test. */
export const invoke = (name: string, fields: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  ...fields,
});

/** The same, waiting for its token, which the function gets. */
export const invokeAndWait = (name: string, fields: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: name, Payload: { token: '{% $states.context.Task.Token %}' } },
  ...fields,
});
