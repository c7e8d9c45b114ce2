import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to an AWS service. */
export interface Call {
  readonly path: string;
  readonly body: string;
}

/**
 * What becomes of a call: it passes, its connection is cut before it arrives or before it is answered, or it is answered
 * with an error of this name in its place.
 */
export type Fate = 'pass' | 'cut' | 'loseAnswer' | { readonly error: string };

export interface FaultProxy {
  readonly endpoint: string;
  /** All calls so far, in order. */
  readonly calls: readonly Call[];
  close(): Promise<void>;
}

/** A proxy before an endpoint that decides the fate of each call; `index` counts them from 0. */
export async function startFaultProxy(
  endpoint: string,
  decide: (call: Call, index: number) => Fate = () => 'pass',
): Promise<FaultProxy> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = { path: request.url ?? '', body: Buffer.concat(chunks).toString() };
    const fate = decide(call, calls.push(call) - 1);
    if (fate === 'cut') return request.socket.destroy();
    if (typeof fate === 'object') {
      return response.writeHead(400, { 'x-amzn-errortype': fate.error }).end(JSON.stringify({ message: fate.error }));
    }
    const answer = await fetch(endpoint + call.path, { method: 'POST', body: call.body });
    const body = await answer.text();
    if (fate === 'loseAnswer') return request.socket.destroy();
    return response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
