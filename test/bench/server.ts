import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { startRuntime } from '../../infra/local/runtime.ts';

/** What the runtime's process counts of itself, as it answers every message. */
export interface Counts {
  /** Calls of the Data API, by whom: endpoints of the API, or all that Step Functions invokes. */
  readonly endpointCalls: number;
  readonly taskCalls: number;
  /** The most memory that the process has held so far, in bytes. */
  readonly peakBytes: number;
}

export interface Address {
  readonly url: string;
  readonly awsUrl: string;
}

/** The runtime as `npm start` runs it, in a process that its parent can ask for counts. */
const [data = '', databaseUrl] = process.argv.slice(2);
const calls = { endpoint: 0, task: 0 };
const caller = new AsyncLocalStorage<keyof typeof calls>();
subscribe('http.server.request.start', message => {
  const { url = '' } = (message as { request: IncomingMessage }).request;
  if (url.startsWith('/v1/')) caller.enterWith('endpoint');
  else if (url.startsWith('/2015-03-31/functions/')) caller.enterWith('task');
});
subscribe('http.client.request.created', message => {
  const { path } = (message as { request: ClientRequest }).request;
  const by = caller.getStore();
  if (path === '/Execute' && by) calls[by] += 1;
});
process.on('message', () => {
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.send?.({ endpointCalls: calls.endpoint, taskCalls: calls.task, peakBytes } satisfies Counts);
});
// The parent has gone, however it went.
process.on('disconnect', () => process.exit(1));

const runtime = await startRuntime({ port: 0, awsPort: 0, data, databaseUrl, log: line => console.error(line) });
process.on('SIGTERM', () => void runtime.stop().then(() => process.exit(0)));
process.send?.({ url: runtime.url, awsUrl: runtime.awsUrl } satisfies Address);
