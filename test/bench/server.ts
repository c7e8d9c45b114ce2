import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { startRuntime } from '../../infra/local/runtime.ts';

/** What endpoints of the API, or all that Step Functions invokes, have done so far. */
export interface Work {
  readonly invocations: number;
  /** From request to answer, summed up. */
  readonly ms: number;
  /** Of the Data API. */
  readonly calls: number;
}

/** What the runtime's process counts of itself, as it answers every message. */
export interface Counts {
  readonly endpoints: Work;
  readonly tasks: Work;
  /** Events that were handed to EventBridge, in requests. */
  readonly publications: number;
  /** What the functions have logged. */
  readonly logBytes: number;
  /** The most memory that the process has held so far, in bytes. */
  readonly peakBytes: number;
}

export interface Address {
  readonly url: string;
  readonly awsUrl: string;
}

/** The runtime as `npm start` runs it, in a process that its parent can ask for counts. */
const [data = '', databaseUrl, prometheusUrl] = process.argv.slice(2);
const work = { endpoints: { invocations: 0, ms: 0, calls: 0 }, tasks: { invocations: 0, ms: 0, calls: 0 } };
let publications = 0;
let logBytes = 0;

const worker = new AsyncLocalStorage<keyof typeof work>();
const begun = new WeakMap<IncomingMessage, number>();
subscribe('http.server.request.start', message => {
  const { request } = message as { request: IncomingMessage };
  const who = workerOf(request);
  if (!who) return;
  worker.enterWith(who);
  begun.set(request, performance.now());
});
subscribe('http.server.response.finish', message => {
  const { request } = message as { request: IncomingMessage };
  const since = begun.get(request);
  const who = workerOf(request);
  if (!who || since === undefined) return;
  work[who].invocations += 1;
  work[who].ms += performance.now() - since;
});
subscribe('http.client.request.created', message => {
  const { request } = message as { request: ClientRequest };
  const who = worker.getStore();
  if (!who) return;
  if (request.path === '/Execute') work[who].calls += 1;
  else if (String(request.getHeader('x-amz-target')).endsWith('.PutEvents')) publications += 1;
});

function workerOf({ url = '' }: IncomingMessage): keyof typeof work | undefined {
  if (url.startsWith('/v1/')) return 'endpoints';
  return url.startsWith('/2015-03-31/functions/') ? 'tasks' : undefined;
}

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...more: []) => {
  logBytes += Buffer.byteLength(chunk);
  return write(chunk, ...more);
}) as typeof process.stdout.write;

process.on('message', () => {
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.send?.({ ...work, publications, logBytes, peakBytes } satisfies Counts);
});
// The parent has gone, however it went.
process.on('disconnect', () => process.exit(1));

const runtime = await startRuntime({
  port: 0,
  awsPort: 0,
  data,
  databaseUrl,
  log: line => console.error(line),
  ...(prometheusUrl === undefined ? {} : { prometheus: { url: prometheusUrl } }),
});
process.on('SIGTERM', () => void runtime.stop().then(() => process.exit(0)));
process.send?.({ url: runtime.url, awsUrl: runtime.awsUrl } satisfies Address);
