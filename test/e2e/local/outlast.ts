import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, createApi, type Reply } from '../../support/runtime.ts';

const AGAIN_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * A client that outlasts the API's absence: it sends a request until there is an answer, with a key that makes sure that it is
 * done once.
 * @param url where the API is now, without `/v1`
 */
export function outlast(url: () => string): Api {
  return async (method, path, body, headers = {}) => {
    const keyed = method === 'POST' ? { 'idempotency-key': randomUUID(), ...headers } : headers;
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await createApi(url())(method, path, body, keyed).catch((error: Error) => error);
      if (isAnswer(reply)) return reply;
      if (performance.now() > end) throw new Error(`${method} ${path} is not answered`, { cause: reply });
      await delay(AGAIN_MS);
    }
  };
}

function isAnswer(reply: Reply | Error): reply is Reply {
  return !(reply instanceof Error) && reply.status < 500;
}
