import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../functions/domain/roles.ts';
import { type RouteDefinition, routes } from '../../functions/routes.ts';
import { newName, request } from '../support/fleet.ts';
import { createApi } from '../support/runtime.ts';
import { makeToken } from '../support/tokens.ts';
import { openTarget, type Target } from './target.ts';

/** How long an answer of the authorizer counts, and what a busy machine takes on top of that. */
const forgottenMs = 20_000;

describe('an API that lets in who has a token', () => {
  let target: Target;
  const [own, foreign] = [newName(), newName()];

  beforeAll(async () => {
    target = await openTarget({ isClosed: true });
    for (const name of [own, foreign]) await request(target.api, 'POST', '/services', { name });
  });

  afterAll(() => target.close());

  const scopeOf = (role: Role) => (role === 'agent' ? { service: own } : {});
  const callAs = async (role: Role) => createApi(target.url, (await makeToken(target.api, role, scopeOf(role))).token);

  it.each([
    ['no token', undefined],
    ['a token that nobody knows', 'unknown'],
  ])('answers 401 everywhere to who has %s', async (_, token) => {
    const api = createApi(target.url, token);

    const all: [string, RouteDefinition][] = Object.entries(routes);
    const replies = all.map(async ([id, { method, path }]) => {
      const { status } = await api(method, path.replaceAll(/[{}]/g, ''));
      return `${id}: ${status}`;
    });

    expect(await Promise.all(replies)).toEqual(all.map(([id]) => `${id}: 401`));
  });

  it('answers 403 beyond a role, and does what is within it', async () => {
    const [viewer, operator, agent, alerts] = await Promise.all([
      callAs('viewer'),
      callAs('operator'),
      callAs('agent'),
      callAs('alerts'),
    ]);
    const report = { version: null };

    const within = await Promise.all([
      viewer('GET', '/services?limit=1'),
      operator('PUT', `/services/${own}`, { deps: [] }),
      agent('PUT', `/services/${own}/instances/${own}.1`, report),
      alerts('POST', '/alerts', {}),
    ]);
    const beyond = await Promise.all([
      viewer('PUT', `/services/${own}`, { deps: [] }),
      viewer('GET', '/tokens'),
      operator('POST', '/tokens', { name: 'more', role: 'admin' }),
      agent('GET', '/services'),
      agent('PUT', `/services/${foreign}/instances/${foreign}.1`, report),
      agent('POST', `/services/${foreign}/states`, { health: 'error' }),
      alerts('GET', '/services'),
    ]);

    // An alert without its fields is told what is wrong with it.
    expect(within.map(({ status }) => status)).toEqual([200, 200, 200, 400]);
    expect(beyond.map(({ status }) => status)).toEqual(beyond.map(() => 403));
    expect(await target.api('GET', `/services/${foreign}/instances`)).toMatchObject({ body: { items: [] } });
  });

  it('answers 401 to a token that has expired, and soon to one that was revoked', async () => {
    const expiresAt = new Date(Date.now() + 4_000);
    const expiring = await makeToken(target.api, 'viewer', { expiresAt: expiresAt.toISOString() });
    const revoked = await makeToken(target.api, 'viewer');
    const read = async ({ token }: { token: string }) =>
      (await createApi(target.url, token)('GET', '/services?limit=1')).status;

    const before = [await read(expiring), await read(revoked)];
    await request(target.api, 'DELETE', `/tokens/${revoked.id}`);
    await delay(expiresAt.getTime() - Date.now() + 100);
    const expired = await read(expiring);

    expect(before).toEqual([200, 200]);
    expect(expired).toBe(401);
    await expect.poll(() => read(revoked), { timeout: forgottenMs, interval: 500 }).toBe(401);
  }, 60_000);
});
