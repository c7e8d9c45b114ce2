import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAwsEndpoint } from '../../../infra/local/aws-endpoint.ts';
import type { AwsService } from '../../../infra/local/aws-service.ts';
import { listen } from '../lambda/harness.ts';

const logged: string[] = [];

const echo: AwsService = {
  matches: request => request.path.startsWith('/echo'),
  handle: async ({ body, headers, ...rest }) => ({
    status: 201,
    headers: { 'x-kind': 'echo' },
    body: JSON.stringify({ ...rest, query: [...rest.query], body: body.toString(), target: headers['x-amz-target'] }),
  }),
  close: async () => {},
};
const faulty: AwsService = {
  matches: request => request.path === '/faulty',
  handle: async () => {
    throw new Error('secret of the stack');
  },
  close: async () => {},
};
const server = createServer(createAwsEndpoint([echo, faulty], message => logged.push(message)));
let url: string;

beforeAll(async () => {
  url = await listen(server);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('the first service that matches gets the request, and answers it', async () => {
  const headers = { 'X-Amz-Target': 'Some.Thing' };
  const response = await fetch(`${url}/echo/a%2Fb?x=1&x=2`, { method: 'POST', body: 'hello', headers });

  expect(response.status).toBe(201);
  expect(response.headers.get('x-kind')).toBe('echo');
  expect(await response.json()).toEqual({
    method: 'POST',
    path: '/echo/a%2Fb',
    query: [
      ['x', '1'],
      ['x', '2'],
    ],
    body: 'hello',
    target: 'Some.Thing',
  });
});

test.each([
  ['no service takes', '/other', 'x', 404, 'UnknownOperationException'],
  ['is too large', '/echo', 'x'.repeat(8 * 1024 * 1024 + 1), 413, 'RequestEntityTooLargeException'],
  ['a service fails on', '/faulty', 'x', 500, 'InternalFailure'],
])('a request that %s is answered by a code of AWS', async (_, path, body, status, code) => {
  const response = await fetch(url + path, { method: 'POST', body });
  const text = await response.text();

  expect(response.status).toBe(status);
  expect(response.headers.get('x-amzn-errortype')).toBe(code);
  expect(JSON.parse(text)).toEqual({ __type: code, message: expect.any(String) });
  expect(text).not.toContain('secret');
});

test('a fault of a service is logged with its stack', () => {
  expect(logged).toEqual([expect.stringMatching(/^POST \/faulty failed: Error: secret of the stack\n\s+at /)]);
});
