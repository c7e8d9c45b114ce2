import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT } from '../lambda/harness.ts';
import { type GatewayEndpoint, sendRaw, startGateway } from './harness.ts';

let gateway: GatewayEndpoint;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

interface SeenEvent {
  readonly resource: string;
  readonly path: string;
  readonly requestContext: Record<string, unknown>;
  readonly [field: string]: unknown;
}

/** The event that a request became; the target is sent as it is written here. */
async function seeEvent(target: string, headers: readonly string[] = [], body = ''): Promise<SeenEvent> {
  const method = body === '' ? 'GET' : 'POST';
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: api.example.com', 'Connection: close', ...headers];
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const response = await sendRaw(gateway.port, `${lines.join('\r\n')}\r\n\r\n${body}`);
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n')));
}

test('an event has every field of a REST proxy event, and no other', async () => {
  const before = Date.now();
  const event = await seeEvent('/v1/services/shop', ['User-Agent: curl/8', 'X-CusTom: 1']);

  expect(event).toEqual({
    resource: '/services/{service}',
    path: '/services/shop',
    httpMethod: 'GET',
    headers: {
      Host: 'api.example.com',
      'User-Agent': 'curl/8',
      'X-CusTom': '1',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': String(gateway.port),
      'X-Forwarded-Proto': 'http',
      'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    },
    multiValueHeaders: expect.objectContaining({ 'X-CusTom': ['1'], 'X-Forwarded-For': ['127.0.0.1'] }),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { service: 'shop' },
    stageVariables: null,
    requestContext: {
      resourceId: expect.stringMatching(/^\w{6}$/),
      resourcePath: '/services/{service}',
      httpMethod: 'GET',
      extendedRequestId: expect.stringMatching(/^.{15}=$/),
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      path: '/v1/services/shop',
      accountId: ACCOUNT,
      protocol: 'HTTP/1.1',
      stage: 'v1',
      domainPrefix: 'api',
      requestTimeEpoch: expect.toSatisfy(time => time >= before && time <= Date.now()),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: '127.0.0.1',
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: 'curl/8',
        user: null,
      },
      domainName: 'api.example.com',
      deploymentId: expect.any(String),
      apiId: expect.any(String),
    },
    body: null,
    isBase64Encoded: false,
  });
});

describe('paths', () => {
  test.each([
    ['percent-encoding stays', '/v1/services/a%2Fb%20%E2%98%95', 'a%2Fb%20%E2%98%95'],
    ['broken percent-encoding stays', '/v1/services/%zz%', '%zz%'],
    ['a plus stays', '/v1/services/a+b', 'a+b'],
  ])('in a path parameter, %s', async (_, target, service) => {
    const event = await seeEvent(target);

    expect(event['pathParameters']).toEqual({ service });
    expect(event.path).toBe(target.slice('/v1'.length));
  });

  test.each([
    ['/v1/services/', '/services', '/services/', '/v1/services/'],
    ['/v1//services', '/services', '/services', '/v1//services'],
    ['//v1/services', '/services', '/services', '/v1/services'],
    ['http://elsewhere/v1/services?a=1', '/services', '/services', '/v1/services'],
  ])('%s is the resource %s', async (target, resource, path, contextPath) => {
    const event = await seeEvent(target);

    expect(event).toMatchObject({ resource, path });
    expect(event.requestContext).toMatchObject({ resourcePath: resource, path: contextPath });
  });

  test.each([
    ['/v1/services/special/instances', '/services/special/instances', null],
    ['/v1/services/other/instances', '/services/{service}/{kind}', { service: 'other', kind: 'instances' }],
    ['/v1/services/special/versions', '/services/{service}/{kind}', { service: 'special', kind: 'versions' }],
    ['/v1/services/special', '/services/{service}', { service: 'special' }],
    ['/v1/services/special/instances/i-1', '/services/{service}/instances/{id}', { service: 'special', id: 'i-1' }],
  ])('a literal wins, and what has no such method is passed over: %s', async (target, resource, pathParameters) => {
    const event = await seeEvent(target);

    expect(event).toMatchObject({ resource, pathParameters });
  });
});

test('query parameters are decoded, kept all, and the last one wins', async () => {
  const event = await seeEvent('/v1/services?tag=a&tag=b%20c+d&empty&p=%zz&__proto__=x');

  expect(event['queryStringParameters']).toEqual(JSON.parse('{"tag":"b c d","empty":"","p":"%zz","__proto__":"x"}'));
  expect(event['multiValueQueryStringParameters']).toEqual(
    JSON.parse('{"tag":["a","b c d"],"empty":[""],"p":["%zz"],"__proto__":["x"]}'),
  );
});

test('headers are kept all, the last one wins, and those of the connection are left out', async () => {
  const event = await seeEvent('/v1/services', ['X-A: 1', 'x-a: 2', 'TE: trailers', 'X-Forwarded-For: 10.0.0.1']);

  expect(event['headers']).toMatchObject({ 'X-A': '2', 'X-Forwarded-For': '10.0.0.1, 127.0.0.1' });
  expect(event['multiValueHeaders']).toMatchObject({ 'X-A': ['1', '2'] });
  for (const name of ['Connection', 'TE', 'Content-Length', 'x-a']) expect(event['headers']).not.toHaveProperty(name);
});

test('a body is UTF-8 text', async () => {
  const event = await seeEvent('/v1/services', ['Content-Type: application/json'], '{"name":"咖啡"}');

  expect(event).toMatchObject({ httpMethod: 'POST', body: '{"name":"咖啡"}', isBase64Encoded: false });
  expect(event['headers']).toMatchObject({ 'Content-Type': 'application/json' });
});
