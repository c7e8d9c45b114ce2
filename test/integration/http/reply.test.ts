import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayEndpoint, startGateway } from './harness.ts';

let gateway: GatewayEndpoint;

beforeAll(async () => {
  gateway = await startGateway({ integrationTimeoutSeconds: 0.3 });
});
afterAll(() => gateway[Symbol.asyncDispose]());

function send(told: unknown): Promise<Response> {
  return fetch(`${gateway.url}/v1/reply`, { method: 'POST', body: JSON.stringify(told) });
}

test('a reply goes to the client with the ids of the gateway', async () => {
  const headers = { 'X-One': 'a', 'X-Flag': true, 'Content-Type': 'application/problem+json' };
  const response = await send({ reply: { statusCode: 404, headers, body: '{"n":"é"}' } });

  expect(response.status).toBe(404);
  expect(await response.text()).toBe('{"n":"é"}');
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/problem+json',
    'x-one': 'a',
    'x-flag': 'true',
    'content-length': '10',
    'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-amz-apigw-id': expect.stringMatching(/=$/),
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
    connection: 'keep-alive',
    'keep-alive': expect.any(String),
    date: expect.any(String),
  });
});

test.each([
  ['only a status', { statusCode: 201 }, 201, ''],
  ['a status in text', { statusCode: '202' }, 202, ''],
  ['only headers', { headers: { a: 'b' } }, 200, ''],
  ['nulls', { statusCode: 200, headers: null, multiValueHeaders: null, body: null }, 200, ''],
  ['base64, without binary media types', { body: 'aGk=', isBase64Encoded: true }, 200, 'aGk='],
])('a reply may have %s', async (_, reply, status, body) => {
  const response = await send({ reply });

  expect(response.status).toBe(status);
  expect(await response.text()).toBe(body);
  expect(response.headers.get('content-type')).toBe('application/json');
});

test('a reply of 204 has no body', async () => {
  const response = await send({ reply: { statusCode: 204, body: 'ignored' } });

  expect(response.status).toBe(204);
  expect(await response.text()).toBe('');
});

test('multi-value headers come before the single one, and headers of the connection are renamed', async () => {
  const reply = {
    headers: { 'x-multi': 'solo', Connection: 'close', 'WWW-Authenticate': 'Bearer' },
    multiValueHeaders: { 'X-Multi': ['one', 'two'], 'Set-Cookie': ['a=1', 'b=2'] },
  };
  const { headers } = await send({ reply });

  expect(headers.get('x-multi')).toBe('one, two, solo');
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(headers.get('connection')).toBe('keep-alive');
  expect(headers.get('x-amzn-remapped-connection')).toBe('close');
  expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
});

test.each([
  ['text', 'just text'],
  ['null', null],
  ['a list', []],
  ['an empty object', {}],
  ['an unknown field', { statusCode: 200, extra: 1 }],
  ['a status that is no number', { statusCode: 'ok' }],
  ['a status of 0', { statusCode: 0 }],
  ['a status of 100', { statusCode: 100 }],
  ['a status of 1000', { statusCode: 1000 }],
  ['a body that is an object', { body: { a: 1 } }],
  ['headers that are a list', { headers: ['a'] }],
  ['a header that is an object', { headers: { a: {} } }],
  ['a header with a line break', { headers: { a: 'b\r\nc: d' } }],
  ['a header with an impossible name', { headers: { 'a b': 'c' } }],
  ['a multi-value header that is no list', { multiValueHeaders: { a: 'b' } }],
])('a reply that is %s is a bad gateway', async (_, reply) => {
  const response = await send({ reply });

  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({ message: 'Internal server error' });
  expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  expect(gateway.logged.at(-1)).toMatch(/^reply [0-9a-f-]{36}: malformed proxy reply$/);
});

test('a function error is a bad gateway, and only the log says why', async () => {
  const response = await send({ throw: 'secret' });

  expect(response.status).toBe(502);
  expect(await response.text()).toBe('{"message":"Internal server error"}');
  expect(gateway.logged.at(-1)).toContain('"errorMessage":"secret"');
});

test('a function that takes longer than the integration may is a gateway timeout', async () => {
  const response = await send({ waitMs: 400, reply: {} });

  expect(response.status).toBe(504);
  expect(await response.json()).toEqual({ message: 'Endpoint request timed out' });
});
