import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT, REGION } from '../lambda/harness.ts';
import { calls } from './fixtures/authorize-as-told.ts';
import { type GatewayEndpoint, startGateway } from './harness.ts';

const root = `arn:aws:execute-api:${REGION}:${ACCOUNT}:local00000/v1`;

let gateway: GatewayEndpoint;

beforeAll(async () => {
  gateway = await startGateway({ authorizer: { functionName: 'authorize', cacheSeconds: 1 } });
});

afterAll(() => gateway[Symbol.asyncDispose]());

beforeEach(() => {
  calls.length = 0;
  gateway.logged.length = 0;
});

const allow = (...resources: string[]) => ({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resources });
const deny = (...resources: string[]) => ({ ...allow(...resources), Effect: 'Deny' });

let tokens = 0;

/** Another header each time, unless it is the same again: answers are kept by it. */
function tell(told: object): string {
  return Buffer.from(JSON.stringify({ ...told, nonce: ++tokens })).toString('base64');
}

const answer = (statements: readonly object[], more: object = {}) =>
  tell({ answer: { principalId: 'ann', policyDocument: { Version: '2012-10-17', Statement: statements }, ...more } });

async function call(path: string, authorization?: string, method = 'GET') {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${gateway.url}/v1${path}`, { method, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('an authorizer', () => {
  test('is asked about the call, but not told its body', async () => {
    const header = answer([allow(`${root}/*`)]);
    await fetch(`${gateway.url}/v1/services?limit=1`, {
      method: 'POST',
      headers: { authorization: header },
      body: '{"name":"a"}',
    });

    expect(calls).toMatchObject([
      {
        type: 'REQUEST',
        methodArn: `${root}/POST/services`,
        resource: '/services',
        path: '/services',
        httpMethod: 'POST',
        headers: { authorization: header },
        queryStringParameters: { limit: '1' },
        pathParameters: null,
        requestContext: { stage: 'v1', resourcePath: '/services' },
      },
    ]);
    expect(calls[0]).not.toHaveProperty('body');
  });

  test('tells the function who calls, all of it as text', async () => {
    const context = { role: 'viewer', expiresAt: 1.5, isNew: true };

    const { body } = await call('/services', answer([allow(`${root}/GET/*`)], { context }));

    expect(body['requestContext']).toMatchObject({
      authorizer: { principalId: 'ann', role: 'viewer', expiresAt: '1.5', isNew: 'true' },
    });
  });

  test.each([undefined, ''])('is not asked about a call without its header: %j', async header => {
    expect(await call('/services', header)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect(calls).toEqual([]);
  });

  test('is not asked about what there is not', async () => {
    expect(await call('/nothing', answer([allow('*')]))).toMatchObject({ status: 403 });
    expect(calls).toEqual([]);
  });

  test.each([
    ['the method', [allow(`${root}/GET/services/a`)], 200],
    ['a wildcard', [allow(`${root}/GET/services/*`)], 200],
    ['a wildcard for one', [allow(`${root}/GET/services/?`)], 200],
    ['two of them for one', [allow(`${root}/GET/services/??`)], 403],
    ['everything', [allow('*')], 200],
    ['one of many', [allow(`${root}/PUT/*`, `${root}/GET/*`)], 200],
    ['another method', [allow(`${root}/POST/services/a`)], 403],
    ['another path', [allow(`${root}/GET/services/b`)], 403],
    ['what begins alike', [allow(`${root}/GET/services`)], 403],
    ['a dot for anything', [allow(`${root}/GET/services/.`)], 403],
    ['another action', [{ ...allow('*'), Action: 'execute-api:ManageConnections' }], 403],
    ['any action', [{ ...allow('*'), Action: '*' }], 200],
    ['all, but denied', [allow('*'), deny(`${root}/GET/services/*`)], 403],
    ['all, with another denied', [deny(`${root}/GET/tokens`), allow('*')], 200],
    ['nothing, with another denied', [deny(`${root}/GET/tokens`)], 403],
  ])('whose policy allows %s', async (_, statements, status) => {
    expect((await call('/services/a', answer(statements))).status).toBe(status);
  });

  test('is matched with paths as they were sent', async () => {
    const header = answer([allow(`${root}/GET/services/a`)]);

    expect((await call('/services/a', header)).status).toBe(200);
    expect((await call('/services/%61', header)).status).toBe(403);
  });

  test('that says Unauthorized means 401, and is asked again', async () => {
    const header = tell({ throw: 'Unauthorized' });

    await call('/services', header);

    expect(await call('/services', header)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
    expect(calls).toHaveLength(2);
    expect(gateway.logged).toEqual([]);
  });

  test.each([
    ['fails', { throw: 'database away' }],
    ['answers nothing', {}],
    ['answers no object', { answer: 'x' }],
    ['names nobody', { answer: { policyDocument: { Statement: [allow('*')] } } }],
    ['has no policy', { answer: { principalId: 'a' } }],
    ['has a policy of nothing', { answer: { principalId: 'a', policyDocument: { Statement: [] } } }],
    [
      'has an effect that is none',
      { answer: { principalId: 'a', policyDocument: { Statement: [{ ...allow('*'), Effect: 'Maybe' }] } } },
    ],
    [
      'has no resource',
      { answer: { principalId: 'a', policyDocument: { Statement: [{ Effect: 'Allow', Action: '*' }] } } },
    ],
    [
      'hands on a list',
      { answer: { principalId: 'a', policyDocument: { Statement: [allow('*')] }, context: { a: [] } } },
    ],
  ])('that %s has failed, which is logged', async (_, told) => {
    expect(await call('/services', tell(told))).toEqual({ status: 500, body: { message: 'Internal server error' } });
    expect(gateway.logged).toHaveLength(1);
  });

  test('is asked once for all calls with one header, as long as its answer counts', async () => {
    const header = answer([allow(`${root}/GET/*`)]);

    const statuses = [
      (await call('/services', header)).status,
      (await call('/services/a', header)).status,
      (await call('/services', header, 'POST')).status,
    ];
    const asked = calls.length;
    await call('/services', answer([allow('*')]));
    const askedForOther = calls.length;
    await delay(1000);
    await call('/services', header);

    expect(statuses).toEqual([200, 200, 403]);
    expect([asked, askedForOther, calls.length]).toEqual([1, 2, 3]);
  });

  test('is asked each time where nothing is kept', async () => {
    await using other = await startGateway({ authorizer: { functionName: 'authorize', cacheSeconds: 0 } });
    const headers = { authorization: answer([allow('*')]) };

    await fetch(`${other.url}/v1/services`, { headers });
    await fetch(`${other.url}/v1/services`, { headers });

    expect(calls).toHaveLength(2);
  });
});
