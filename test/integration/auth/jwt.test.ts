import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { request } from '../../support/fleet.ts';
import { type Reply, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { makeToken } from '../../support/tokens.ts';
import { type Issuer, startIssuer } from './issuer.ts';

vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'DEBUG';
});

const written: string[] = [];
const sent: string[] = [];

let issuer: Issuer;
let runtime: TestRuntime;

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(text => written.push(String(text)) > 0);
  }
  issuer = await startIssuer();
  const oidc = { issuer: issuer.url, audience: 'service-manager', roleClaim: 'groups', serviceClaim: 'service' };
  runtime = await startTestRuntime({
    auth: true,
    settings: { tokenCacheSeconds: 0, oidc },
    log: line => written.push(line),
  });
  await request(runtime.api, 'POST', '/services', { name: 'shop' });
});

afterAll(async () => {
  vi.restoreAllMocks();
  await runtime?.stop();
  await issuer.close();
});

const now = () => Math.floor(Date.now() / 1000);

const claims = (more: object = {}) => ({
  iss: issuer.url,
  aud: 'service-manager',
  sub: 'ann',
  exp: now() + 60,
  groups: ['staff', 'operator'],
  ...more,
});

async function list(jwt: string): Promise<Reply> {
  const reply = await runtime.apiWith(jwt)('GET', '/services');
  sent.push(jwt);
  written.push(JSON.stringify(reply));
  return reply;
}
const listWith = (more: object) => list(issuer.issue(claims(more)));

describe('a JWT of the issuer', () => {
  test('before its keys can be had, from itself, is not refused: nobody knows yet', async () => {
    issuer.setUp(false);
    const jwt = issuer.issue(claims());

    const without = await list(jwt);
    issuer.setUp(true);

    expect(without).toMatchObject({ status: 503, body: { code: 'authorizerUnavailable' } });
    issuer.callItself('https://elsewhere.example');
    expect(await list(jwt)).toMatchObject({ status: 503 });
    issuer.callItself(issuer.url);
    expect(await list(jwt)).toMatchObject({ status: 200 });
  });

  test('opens what its role may, and its name stands in the events', async () => {
    const api = runtime.apiWith(issuer.issue(claims({ email: 'ann@example.com', email_verified: true })));

    const { id } = (await request(api, 'POST', '/deployments', { service: 'shop', version: 'v1' })) as { id: string };

    expect(await api('GET', '/tokens')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await request(api, 'GET', `/deployments/${id}/events`)).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ actor: { name: 'ann@example.com', role: 'operator' } }),
      ]),
    });
  });

  test('may be of somebody whose name no database can hold', async () => {
    const api = runtime.apiWith(issuer.issue(claims({ sub: `a\0"\n${'x'.repeat(195)}🚀🚀` })));
    await request(api, 'POST', '/services', { name: 'cart' });

    const { id } = (await request(api, 'POST', '/deployments', { service: 'cart', version: 'v1' })) as { id: string };

    expect(await request(api, 'GET', `/deployments/${id}/events`)).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ actor: { name: `a"\n${'x'.repeat(195)}\ufffd`, role: 'operator' } }),
      ]),
    });
  });

  test.each([
    [{ groups: 'viewer' }, 200],
    [{ groups: ['viewer', 'admin'] }, 200],
    [{ aud: ['other', 'service-manager'] }, 200],
    [{ aud: 'other' }, 401],
    [{ aud: undefined }, 401],
    [{ iss: 'https://elsewhere.example' }, 401],
    [{ exp: now() - 60 }, 401],
    [{ exp: undefined }, 401],
    [{ nbf: now() + 3600 }, 401],
    [{ sub: undefined }, 401],
    [{ sub: '' }, 401],
    [{ sub: 'x'.repeat(256) }, 401],
    [{ groups: ['king'] }, 401],
    [{ groups: undefined }, 401],
    [{ groups: { admin: true } }, 401],
    [{ groups: 'agent' }, 401],
    [{ groups: 'agent', service: '*' }, 401],
    [{ groups: 'agent', service: 'shop' }, 403],
  ])('with %j answers %i', async (more, status) => {
    expect((await listWith(more)).status).toBe(status);
  });

  test('of an agent reports on its own service alone', async () => {
    const api = runtime.apiWith(issuer.issue(claims({ groups: 'agent', service: 'shop' })));

    expect(await api('PUT', '/services/shop/instances/i', { version: 'v1' })).toMatchObject({ status: 200 });
    expect(await api('PUT', '/services/other/instances/i', { version: 'v1' })).toMatchObject({ status: 403 });
  });

  test.each([
    ['none', { alg: 'none' }],
    ['a shared secret', { alg: 'HS256' }],
    ['another key’s kind', { alg: 'ES256' }],
    ['a kind that there is not', { alg: 'RS000' }],
    ['no key', { kid: undefined }],
  ])('whose header names %s is refused', async (_, header) => {
    expect(await list(issuer.issue(claims(), header))).toMatchObject({ status: 401 });
  });

  test.each([
    ['another signature', (jwt: string) => jwt.replace(/[^.]+$/, '') + issuer.issue({}).split('.')[2]],
    ['no signature', (jwt: string) => jwt.replace(/[^.]+$/, '')],
    [
      'other claims',
      (jwt: string) =>
        jwt.replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify(claims({ groups: 'admin' }))).toString('base64url')}.`),
    ],
    ['what is no JSON', () => `${Buffer.from('hello').toString('base64url')}.e30.e30`],
    ['what is no base64', () => '!.!.!'],
  ])('with %s is refused', async (_, change) => {
    expect(await list(change(issuer.issue(claims())))).toMatchObject({ status: 401 });
  });

  test('that names a key nobody knows is refused, and the issuer is not asked each time', async () => {
    const before = issuer.asked();
    const statuses = new Set<number>();

    for (let call = 0; call < 5; call += 1)
      statuses.add((await list(issuer.issue(claims(), { kid: `x${call}` }))).status);

    expect([...statuses]).toEqual([401]);
    expect(issuer.asked() - before).toBeLessThanOrEqual(1);
  });

  test('that was signed with a new key is taken once the keys may be asked for again', async () => {
    issuer.changeKey();
    const jwt = issuer.issue(claims());

    await vi.waitFor(async () => expect((await list(jwt)).status).toBe(200), { timeout: 15_000, interval: 500 });
  });
});

test('tokens of our own are taken as before', async () => {
  const { token } = await makeToken(runtime.api, 'viewer');

  expect(await list(token)).toMatchObject({ status: 200 });
});

test('none of them, and no part of one, is in logs or answers', () => {
  const log = written.join('');
  const parts = sent.flatMap(jwt => jwt.split('.')).filter(part => part.length > 8);

  expect(log).toContain('tokenRefused');
  expect(log).toContain('authorizerFailed');
  expect(parts.length).toBeGreaterThan(60);
  expect(parts.filter(part => log.includes(part))).toEqual([]);
  expect(log).not.toContain(Buffer.from('hello').toString('base64url'));
  expect(log).not.toContain('hello');
});
