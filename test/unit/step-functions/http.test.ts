import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { HttpClient } from '../../../infra/local/step-functions/tasks/http.ts';

let server: Server;
const client = new HttpClient();

const listen = async (handler: Parameters<typeof createServer>[1]): Promise<URL> => {
  server = createServer(handler);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
};

afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});

test('a connection that the server dropped while it was idle is replaced', async () => {
  let requests = 0;
  const url = await listen((request, response) => {
    requests += 1;
    if (requests === 2) request.socket.resetAndDestroy();
    else response.end(`answer ${requests}`);
  });

  expect((await client.post(url, '1', {}).answer).body).toBe('answer 1');
  expect((await client.post(url, '2', {}).answer).body).toBe('answer 3');
});

test('a call that is abandoned is not sent again', async () => {
  let requests = 0;
  const url = await listen((_request, response) => {
    requests += 1;
    if (requests === 1) response.end();
  });
  await client.post(url, '1', {}).answer;
  const { answer, abandon } = client.post(url, '2', {});
  await expect.poll(() => requests).toBe(2);
  abandon();

  await expect(answer).rejects.toThrow();
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(requests).toBe(2);
});
