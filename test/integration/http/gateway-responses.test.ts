import { once } from 'node:events';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayEndpoint, sendRaw, startGateway } from './harness.ts';

const MIB = 1024 * 1024;

let gateway: GatewayEndpoint;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe('what no route takes', () => {
  test.each([
    ['GET', '/v1/nothing'],
    ['GET', '/v1'],
    ['GET', '/v1/services/'.concat('/')],
    ['GET', '/v1/services//instances/a'],
    ['PUT', '/v1/services'],
    ['OPTIONS', '/v1/services'],
  ])('is refused as AWS refuses it: %s %s', async (method, path) => {
    const response = await fetch(gateway.url + path, { method });

    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'Missing Authentication Token' });
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-amz-apigw-id')).toMatch(/=$/);
  });

  test('HEAD is no GET', async () => {
    const response = await fetch(`${gateway.url}/v1/services`, { method: 'HEAD' });

    expect(response.status).toBe(403);
  });

  test.each(['/', '/v2/services', '/services'])('a path of another stage is forbidden: %s', async path => {
    const response = await fetch(gateway.url + path);

    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'Forbidden' });
    expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
  });
});

describe('sizes', () => {
  test.each([
    ['with its length', 'x'.repeat(10 * MIB + 1)],
    ['in chunks', new Blob(['x'.repeat(10 * MIB + 1)]).stream()],
  ])('a body of more than 10 MiB, sent %s, is too large', async (_, body) => {
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const response = await fetch(`${gateway.url}/v1/services`, init);

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'HTTP content length exceeded 10485760 bytes.' });
  });

  test('a body that the gateway takes, but the function does not, is too large', async () => {
    const response = await fetch(`${gateway.url}/v1/services`, { method: 'POST', body: 'x'.repeat(7 * MIB) });

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Too Long' });
  });

  test.each([20_000, 21_000, 70_000])('headers of %i bytes', async size => {
    const head = `GET /v1/services HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Big: ${'x'.repeat(size)}\r\n\r\n`;
    const response = await sendRaw(gateway.port, head);

    expect(response).toMatch(size < 20_480 ? /^HTTP\/1.1 200 / : /^HTTP\/1.1 431 /);
    if (size > 20_480) expect(response).toContain('{"message":"Request Header Fields Too Large"}');
  });
});

describe('broken clients', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a length that is no number', 'POST /v1/services HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n'],
    ['a broken chunk', 'POST /v1/services HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ])('%s is a bad request', async (_, text) => {
    const response = await sendRaw(gateway.port, text);

    expect(response).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(response).toContain('{"message":"Bad Request"}');
  });

  test('CONNECT is answered', async () => {
    const response = await sendRaw(gateway.port, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');

    expect(response).toMatch(/^HTTP\/1.1 403 /);
  });

  test('one that goes away in its body, or before the answer, harms nobody', async () => {
    const half = connect(gateway.port, '127.0.0.1');
    half.write('POST /v1/services HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nonly this');
    const hasty = request(`${gateway.url}/v1/reply`, { method: 'POST' });
    hasty.on('error', () => {});
    hasty.end('{"waitMs":50,"reply":{"statusCode":200}}');
    await Promise.all([once(half, 'connect'), once(hasty, 'finish')]);
    await new Promise(resolve => setTimeout(resolve, 20));
    half.destroy();
    hasty.destroy();
    await new Promise(resolve => setTimeout(resolve, 60));

    const response = await fetch(`${gateway.url}/v1/services`);

    expect(response.status).toBe(200);
    expect(gateway.logged).toEqual([]);
  });
});

test('a connection is kept from one request to the next, errors included', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const localPorts = new Set<number | undefined>();
  for (const path of ['/v1/services', '/v1/nothing', '/v1/services', '/']) {
    const [response] = await once(get(gateway.url + path, { agent }), 'response');
    localPorts.add(response.socket.localPort);
    await once(response.resume(), 'end');
  }
  agent.destroy();

  expect(localPorts.size).toBe(1);
});

test('the gateway’s own answers can be given another envelope', async () => {
  await using other = await startGateway({
    render: (type, requestId) => ({
      status: 418,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
      body: JSON.stringify({ type, requestId }),
    }),
  });

  const response = await fetch(`${other.url}/v1/nothing`);
  const malformed = await sendRaw(other.port, 'hello\r\n\r\n');

  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('retry-after')).toBe('5');
  expect(response.status).toBe(418);
  expect(await response.json()).toEqual({
    type: 'MISSING_AUTHENTICATION_TOKEN',
    requestId: response.headers.get('x-amzn-requestid'),
  });
  expect(malformed).toMatch(/^HTTP\/1.1 418 /);
  expect(malformed).toContain('"type":"BAD_REQUEST"');
});

test('routes that AWS would refuse are refused', async () => {
  const route = (path: string) => ({ method: 'GET', path, functionName: 'show' });

  await expect(startGateway({ routes: [route('/a'), route('/a')] })).rejects.toThrow('GET /a is there twice');
  await expect(startGateway({ routes: [route('/{a}'), route('/{b}/c')] })).rejects.toThrow('only one may be');
  await expect(startGateway({ routes: [route('/{a+}')] })).rejects.toThrow('neither a literal nor a variable');
});
