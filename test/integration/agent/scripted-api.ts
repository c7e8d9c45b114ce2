import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export type ReceivedReport = {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly version: string | null;
  readonly sequence: number;
  readonly health?: string;
  readonly outcome?: string;
  readonly deployID?: string;
  readonly message?: string;
  readonly labels?: Record<string, string>;
};

export type ScriptedAnswer = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
};

/** An answer to a report as the API gives it; instances report again after 50 ms unless the test says otherwise. */
export function desire(desiredVersion: string | null, more: Record<string, unknown> = {}): ScriptedAnswer {
  return { body: { desiredVersion, reportAfterSeconds: 0.05, ...more } };
}

/** The API's side of the contract for reports, with answers by script: the report and how many came before it. */
export async function startScriptedApi(
  answer: (report: ReceivedReport, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
) {
  const reports: ReceivedReport[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Omit<ReceivedReport, 'at' | 'path' | 'headers'>;
    const path = `${request.method} ${request.url}`;
    const report: ReceivedReport = { ...body, at: Date.now(), path, headers: request.headers };
    reports.push(report);
    for (const check of waiting) check();
    const { status = 200, headers = {}, body: content } = await answer(report, reports.length - 1);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof content === 'string' ? content : JSON.stringify(content ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    reports,
    /** The first report for which this holds, now or later. */
    until(holds: (report: ReceivedReport, index: number) => boolean): Promise<ReceivedReport> {
      return new Promise(resolve => {
        const check = () => {
          const found = reports.find(holds);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
