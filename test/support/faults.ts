import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One run of a task's Lambda, from Step Functions' call to its answer. */
export interface Invocation {
  readonly task: string;
  readonly deployID: string | undefined;
  readonly generation: number | undefined;
  /** Counts the runs of this task for this deployment; from 1. */
  readonly ordinal: number;
  /** What it has asked of AWS so far. */
  readonly calls: readonly Call[];
}

/** What a function asks of AWS, or Step Functions of Lambda. */
export interface Call {
  /** `Invoke`, `StartExecution`, `SendTaskSuccess`, or the database function that is called: `begin_batch`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly isStatement: boolean;
  /** The run of a task that makes this call, or that an Invoke begins; undefined for endpoints of the API. */
  readonly by: Invocation | undefined;
  /** The request of the API in the course of which it is made, as a test has named it by `requestHeader`. */
  readonly request: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a call on; `path` and what is changed of its body: another one in its place. */
export type Forward = (path?: string, changes?: object) => Promise<Answer>;

/** Deals with a call in place of simply forwarding it; what it throws cuts the connection. */
export type Act = (call: Call, forward: Forward) => Promise<Answer>;

export interface Interception {
  /** The first call it was applied to, once that is dealt with. */
  readonly happened: Promise<Call>;
  stop(): void;
}

export interface Faults {
  readonly url: string;
  /** Says where AWS is; answers where functions should look for it. */
  readonly forwardTo: (awsUrl: string) => string;
  /** All calls so far. */
  readonly calls: readonly Call[];
  /** Applies an act to the next calls that match: to one, unless told otherwise. */
  intercept(matches: (call: Call) => boolean, act: Act, times?: number): Interception;
  close(): Promise<void>;
}

/** The sandbox is gone: none of its later calls has any effect, and Lambda says that it exited. */
class Death extends Error {}

export const dieBefore: Act = async () => {
  throw new Death();
};

export const dieAfter: Act = async (_, forward) => {
  await forward();
  throw new Death();
};

/** The call never arrives. */
export const lose: Act = async () => {
  throw new Error('lost');
};

export const loseAnswer: Act = async (_, forward) => {
  await forward();
  throw new Error('lost');
};

/** The database says that the statement is wrong, whatever it is, and has not run it. */
export const fail: Act = async () => ({
  status: 400,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'DatabaseErrorException' },
  body: JSON.stringify({ message: 'ERROR: something is wrong; SQLState: XX000' }),
});

export const deliverTwice: Act = async (_, forward) => {
  const answer = await forward();
  await forward();
  return answer;
};

/** An error of the Data API, as it is on the wire. */
export interface AwsError {
  readonly name: string;
  readonly status: number;
  readonly message?: string;
}

/** What PostgreSQL says by this code. */
export function sqlError(sqlState: string): AwsError {
  return { name: 'DatabaseErrorException', status: 400, message: `ERROR: as told; SQLState: ${sqlState}` };
}

function toAnswer({ name, status, message }: AwsError): Answer {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': name };
  return { status, headers, body: JSON.stringify(message === undefined ? {} : { message }) };
}

/** It does not run. */
export const refuse =
  (error: AwsError): Act =>
  async () =>
    toAnswer(error);

/** It runs, and the answer says that it has not. */
export const refuseAfter =
  (error: AwsError): Act =>
  async (_, forward) => {
    await forward();
    return toAnswer(error);
  };

/** The statement runs, and is rolled back where it would commit. */
export const rollBack =
  (error: AwsError): Act =>
  async (_, forward) => {
    const begun = JSON.parse((await forward('/BeginTransaction', { sql: undefined, parameters: undefined })).body);
    await forward('/Execute', begun);
    await forward('/RollbackTransaction', begun);
    return toAnswer(error);
  };

/** Does something while calls that match get lost, however often they are sent. */
export async function losing<Result>(
  faults: Faults,
  matches: (call: Call) => boolean,
  act: () => Promise<Result>,
): Promise<Result> {
  const interception = faults.intercept(matches, lose, Number.POSITIVE_INFINITY);
  try {
    return await act();
  } finally {
    interception.stop();
  }
}

/** Keeps a call back until it is released. */
export function hold(when: 'before' | 'after'): { act: Act; held: Promise<Call>; release: () => void } {
  const arrived = Promise.withResolvers<Call>();
  const released = Promise.withResolvers<void>();
  return {
    held: arrived.promise,
    release: released.resolve,
    act: async (call, forward) => {
      const answer = when === 'after' ? await forward() : undefined;
      arrived.resolve(call);
      await released.promise;
      return answer ?? forward();
    },
  };
}

interface Sandbox extends Invocation {
  readonly calls: Call[];
  readonly death: PromiseWithResolvers<void>;
  dead: boolean;
}

interface Rule {
  readonly matches: (call: Call) => boolean;
  readonly act: Act;
  readonly happened: PromiseWithResolvers<Call>;
  rest: number;
}

/** A proxy before AWS that knows whose call each is, and deals with some as it is told. */
export async function startFaults(): Promise<Faults> {
  const calls: Call[] = [];
  const rules = new Set<Rule>();
  const sandboxes = new Map<string, Sandbox>();
  const stopTracing = traceInvocations();
  let awsUrl = '';

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const headers = { ...(request.headers as Record<string, string>) };
    const isInvoke = request.url?.startsWith('/2015-03-31/') ?? false;
    if (isInvoke) headers[traceHeader] = openSandbox(sandboxes, request.url ?? '', body);
    const sandbox = sandboxes.get(headers[traceHeader] ?? '');
    const call = { ...readCall(request, body), by: sandbox, request: headers[requestHeader] };
    if (sandbox?.dead) throw new Death();
    calls.push(call);
    if (!isInvoke) sandbox?.calls.push(call);
    const forward: Forward = (path = request.url, changes) =>
      send(`${awsUrl}${path}`, headers, changes ? JSON.stringify({ ...JSON.parse(body), ...changes }) : body);
    const answer = await deal(rules, call, isInvoke && sandbox ? () => orDeath(sandbox, forward) : forward).catch(
      error => {
        if (!(error instanceof Death && sandbox)) throw error;
        sandbox.dead = true;
        sandbox.death.resolve();
        if (!isInvoke) throw error;
        return exited;
      },
    );
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  // As long as AWS's own: a client never writes to a connection that is about to close.
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    forwardTo: to => {
      awsUrl = to;
      return url;
    },
    intercept: (matches, act, times = 1) => {
      const rule = { matches, act, happened: Promise.withResolvers<Call>(), rest: times };
      rules.add(rule);
      return { happened: rule.happened.promise, stop: () => rules.delete(rule) };
    },
    close: async () => {
      stopTracing();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function deal(rules: Set<Rule>, call: Call, forward: Forward): Promise<Answer> {
  for (const rule of rules) {
    if (!rule.matches(call)) continue;
    rule.rest -= 1;
    if (rule.rest <= 0) rules.delete(rule);
    try {
      return await rule.act(call, forward);
    } finally {
      rule.happened.resolve(call);
    }
  }
  return forward();
}

const exited: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' },
  body: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' }),
};

function orDeath(sandbox: Sandbox, forward: () => Promise<Answer>): Promise<Answer> {
  return Promise.race([forward(), sandbox.death.promise.then(() => exited)]);
}

function openSandbox(sandboxes: Map<string, Sandbox>, path: string, body: string): string {
  const name =
    decodeURIComponent(path.split('/')[3] ?? '')
      .split(':')
      .at(-1) ?? '';
  const { deployID, generation } = JSON.parse(body || '{}') as { deployID?: string; generation?: number };
  const id = String(sandboxes.size + 1);
  const task = name.slice(name.indexOf('-') + 1);
  const ordinal =
    1 + [...sandboxes.values()].filter(other => other.task === task && other.deployID === deployID).length;
  sandboxes.set(id, { task, deployID, generation, ordinal, calls: [], death: Promise.withResolvers(), dead: false });
  return id;
}

function readCall({ url = '', headers }: IncomingMessage, body: string): Omit<Call, 'by' | 'request'> {
  const input = JSON.parse(body || '{}') as Record<string, unknown>;
  if (url.startsWith('/2015-03-31/')) return { operation: 'Invoke', input, isStatement: false };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return { operation: target.split('.')[1] ?? target, input, isStatement: false };
  const { sql, parameters = [] } = input as {
    sql?: string;
    parameters?: { name: string; value: { stringValue?: string } }[];
  };
  const operation = /^select (\w+)\(/.exec(sql ?? '')?.[1] ?? url;
  const text = (name: string) => parameters.find(parameter => parameter.name === name)?.value.stringValue;
  if (operation === 'call_once')
    return { operation: text('name') ?? operation, input: JSON.parse(text('args') ?? '{}'), isStatement: true };
  const args = text('args');
  return { operation, input: args ? JSON.parse(args) : { deployID: text('deployID') }, isStatement: true };
}

async function send(url: string, all: Record<string, string>, body: string) {
  const { host: _, connection: __, 'content-length': ___, ...headers } = all;
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const traceHeader = 'x-test-invocation';

/** Names a request to the API, so that what it asks of AWS can be told from what others ask. */
export const requestHeader = 'x-test-request';

/** Hands the ids of invocations and requests on from where they began to what is asked in their course, as X-Ray does. */
function traceInvocations(): () => void {
  const entered = new AsyncLocalStorage<IncomingMessage['headers']>();
  const enter = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    entered.enterWith(request.headers);
  };
  const mark = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    for (const header of [traceHeader, requestHeader]) {
      const id = entered.getStore()?.[header];
      if (id !== undefined && !request.hasHeader(header)) request.setHeader(header, id);
    }
  };
  subscribe('http.server.request.start', enter);
  subscribe('http.client.request.created', mark);
  return () => {
    unsubscribe('http.server.request.start', enter);
    unsubscribe('http.client.request.created', mark);
  };
}
