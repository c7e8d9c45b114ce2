import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayCall, type Role, roles } from '../../../functions/domain/roles.ts';
import { type RouteDefinition, routes } from '../../../functions/routes.ts';
import { type Faults, losing, startFaults } from '../../support/faults.ts';
import { request } from '../../support/fleet.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { agentService, makeToken } from '../../support/tokens.ts';
import { sendRaw } from '../http/harness.ts';

const cacheSeconds = 2;
const all: [string, RouteDefinition][] = Object.entries(routes);

let faults: Faults;
let runtime: TestRuntime;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  faults = await startFaults();
  runtime = await startTestRuntime({ auth: true, settings: { tokenCacheSeconds: cacheSeconds }, faults });
  for (const role of roles) tokens.set(role, (await makeToken(runtime.api, role)).token);
});

afterAll(() => runtime?.stop());

const as = (role: Role): Api => runtime.apiWith(tokens.get(role));

/** Of a route, with nothing in it that exists but the service. */
const fill = (path: string) => path.replace('{service}', agentService).replace(/\{\w+\}/g, 'none');

/** The calls of the Data API while something is done. */
async function callsOf(act: () => Promise<unknown>): Promise<string[]> {
  const before = faults.calls.length;
  await act();
  return faults.calls.slice(before).map(({ operation }) => operation);
}

const checks = (calls: readonly string[]) => calls.filter(operation => operation === 'authenticate_token').length;

async function send(path: string, headers: Record<string, string>, method = 'GET') {
  const answer = await fetch(`${runtime.url}/v1${path}`, { method, headers });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

describe('without a token', () => {
  test.each(all)('%s answers 401, and asks nobody', async (_, { method, path }) => {
    let told: Awaited<ReturnType<typeof send>> | undefined;

    const calls = await callsOf(async () => {
      told = await send(fill(path), {}, method);
    });

    expect(told).toMatchObject({ status: 401, body: { status: 401, code: 'unauthorized' } });
    expect(told?.headers.get('content-type')).toBe('application/problem+json');
    expect(told?.headers.get('www-authenticate')).toBe('Bearer');
    expect(calls).toEqual([]);
  });

  test.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', 'sm_x', 'Bearer a b', 'Bearer unknown', 'Bearer a.b.c'])(
    'as with the header "%s" it answers 401',
    async authorization => {
      expect(await send('/services', { authorization })).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    },
  );

  test('a path that there is not is still not found', async () => {
    expect(await send('/nothing', {})).toMatchObject({ status: 404, body: { code: 'routeNotFound' } });
  });

  test.each(['bearer', 'BEARER', 'Bearer '])('the scheme "%s" is as good as any other spelling', async scheme => {
    expect((await send('/services', { AUTHORIZATION: `${scheme} ${tokens.get('viewer')}` })).status).toBe(200);
  });
});

describe.each(roles)('the role %s', role => {
  test.each(all)('is answered 403 by %s where it may not call it, and there only', async (_, route) => {
    const { method, path } = route;

    const { status, body } = await as(role)(method, fill(path));

    const allowed = mayCall(role, method, path);
    expect(status === 403, JSON.stringify(body)).toBe(!allowed);
    expect(status).not.toBe(401);
    expect(status).toBeLessThan(500);
    if (!allowed) expect(body).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

describe('the token of an agent', () => {
  const report = { version: 'v1' };

  beforeAll(async () => {
    for (const name of [agentService, 'other']) await request(runtime.api, 'POST', '/services', { name });
  });

  test('reports on its own service', async () => {
    expect(await as('agent')('PUT', `/services/${agentService}/instances/a%2Fb`, report)).toMatchObject({
      status: 200,
    });
    expect(await as('agent')('POST', `/services/${agentService}/states`, { health: 'normal' })).toMatchObject({
      status: 201,
    });
  });

  test.each([
    '/services/other/instances/i',
    '/services/%6fther/instances/i',
    '/services/OTHER/instances/i',
    `/services/${agentService}%2Finstances%2Fx/instances/i`,
    `/services/${agentService}%2F..%2Fother/instances/i`,
    `/services/${agentService}x/instances/i`,
    `/services/${agentService}%00/instances/i`,
    `/services/*/instances/i`,
    `/services/%2A/instances/i`,
  ])('does not report on another one, however it is written: %s', async path => {
    const { status } = await as('agent')('PUT', path, report);

    expect(status).toBe(403);
  });

  test.each([
    `/v1/services/${agentService}/instances/../../other/instances/i`,
    `/v1/services/${agentService}/../other/instances/i`,
    `/v1//services/other/instances/i`,
    `/v1/services//other/instances/i`,
    `http://127.0.0.1/v1/services/other/instances/i`,
  ])('nor does a path that no client would send: %s', async path => {
    const body = JSON.stringify(report);
    const head = [
      `PUT ${path} HTTP/1.1`,
      'Host: a',
      'Connection: close',
      `Authorization: Bearer ${tokens.get('agent')}`,
      `Content-Length: ${body.length}`,
    ];

    const answer = await sendRaw(Number(new URL(runtime.url).port), `${head.join('\r\n')}\r\n\r\n${body}`);

    expect(answer).toMatch(/^HTTP\/1.1 40[34] /);
  });

  test('has left the other service without instances', async () => {
    expect(await request(runtime.api, 'GET', '/services/other/instances')).toEqual({ items: [] });
  });
});

describe('an answer of the authorizer', () => {
  test('counts for the calls that follow, which cost what they cost without', async () => {
    const api = runtime.apiWith((await makeToken(runtime.api, 'operator')).token);

    const first = await callsOf(() => api('GET', '/deployments'));
    const next = await callsOf(async () => {
      await api('GET', '/deployments');
      await api('POST', '/deployments', { service: 'none', version: 'v1' });
    });

    expect([first.length, checks(first)]).toEqual([2, 1]);
    expect([next.length, checks(next)]).toEqual([2, 0]);
  });

  test('counts for so long and no longer, when the token is revoked meanwhile', async () => {
    const { id, token } = await makeToken(runtime.api, 'viewer');
    const api = runtime.apiWith(token);
    expect((await api('GET', '/services')).status).toBe(200);

    await request(runtime.api, 'DELETE', `/tokens/${id}`);
    await delay(cacheSeconds * 1000);

    expect(await api('GET', '/services')).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  test('counts no longer than the token', async () => {
    const expiresAt = new Date(Date.now() + 1000).toISOString();
    const api = runtime.apiWith((await makeToken(runtime.api, 'viewer', { expiresAt })).token);

    const before = await api('GET', '/services');
    await delay(1100);
    let after: unknown;
    const calls = await callsOf(async () => {
      after = await api('GET', '/services');
    });

    expect(before).toMatchObject({ status: 200 });
    expect(after).toMatchObject({ status: 401, body: { code: 'unauthorized', detail: 'The token has expired.' } });
    // The gateway still knew it.
    expect(checks(calls)).toBe(0);
    await delay(cacheSeconds * 1000);
    expect(await api('GET', '/services')).toMatchObject({ status: 401 });
  });

  test('that a token is nobody’s is remembered, so that a fleet with it does not query the database at every call', async () => {
    const api = runtime.apiWith('sm_of-nobody');
    const statuses = new Set<number>();

    const calls = await callsOf(async () => {
      for (let call = 0; call < 20; call += 1) statuses.add((await api('GET', '/services')).status);
    });

    expect([...statuses]).toEqual([401]);
    expect(calls).toEqual(['authenticate_token']);
  });

  test('that cannot be had is 503, says when to come back, and is not kept', async () => {
    const { token } = await makeToken(runtime.api, 'viewer');
    const call = () => send('/services', { authorization: `Bearer ${token}` });

    const without = await losing(faults, ({ operation }) => operation === 'authenticate_token', call);
    const again = await call();

    expect(without).toMatchObject({ status: 503, body: { status: 503, code: 'authorizerUnavailable' } });
    expect(without.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(without.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(again.status).toBe(200);
  });
});

test('who did it stands in every event', async () => {
  const name = 'ann "the boss"\n🚀 100 %';
  const ann = runtime.apiWith((await makeToken(runtime.api, 'operator', { name })).token);
  const bob = runtime.apiWith((await makeToken(runtime.api, 'admin', { name: 'bob' })).token);
  await request(ann, 'POST', '/services', { name: 'told' });
  await request(ann, 'PUT', '/services/told/instances/i', { version: 'v1' });

  const { id } = (await request(ann, 'POST', '/deployments', { service: 'told', version: 'v2' })) as { id: string };
  await request(bob, 'POST', `/deployments/${id}/pause`, { reason: 'lunch' });

  const { items } = (await request(bob, 'GET', `/deployments/${id}/events`)) as { items: Record<string, unknown>[] };
  expect(items.find(({ type }) => type === 'created')).toMatchObject({ actor: { name, role: 'operator' } });
  expect(items.find(({ type }) => type === 'paused')).toMatchObject({ actor: { name: 'bob', role: 'admin' } });
});
