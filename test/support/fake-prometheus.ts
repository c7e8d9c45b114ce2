import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What asks like a Prometheus is asked, and how it may misbehave: a real one does not when it is told to. */
export interface FakePrometheus {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: readonly Asked[];
  /** How it answers from now on; without, with nothing found. */
  answer(act?: Act): void;
  close(): void;
}

export interface Asked {
  readonly method: string | undefined;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The form in the body, or the address. */
  readonly form: Readonly<Record<string, string>>;
}

export type Act = (response: ServerResponse, asked: Asked) => void;

export async function startFakePrometheus(): Promise<FakePrometheus> {
  const asked: Asked[] = [];
  let act: Act = findNothing;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { method, url = '', headers } = request;
    const { pathname: path, searchParams } = new URL(url, 'http://prometheus');
    const form = Object.fromEntries([...searchParams, ...new URLSearchParams(body)]);
    const question = { method, path, headers, body, form };
    asked.push(question);
    act(response, question);
  });
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next = findNothing) => {
      act = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An answer of a status, as it stands. */
export function say(status: number, body: string | object, headers: Readonly<Record<string, string>> = {}): Act {
  return response => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

const findNothing: Act = (response, { path }) => {
  const resultType = path.endsWith('query_range') ? 'matrix' : 'vector';
  say(200, { status: 'success', data: { resultType, result: [] } })(response, {} as Asked);
};
