import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { input } from '../../../functions/api/request.ts';
import { endpoint } from '../../../functions/platform/endpoint.ts';
import { ask, type Handler } from './event.ts';

vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
  process.env['ACCESS'] = 'closed';
});

const handle = vi.fn(async ({ actor }: { actor: object }) => ({ status: 200, body: { actor } }));
const schema = input({
  path: { service: z.string().check(z.maxLength(9)), id: z.optional(z.string()) },
  query: { limit: z.optional(z.string().check(z.regex(/^\d+$/))) },
});
const handler = endpoint(schema, handle) as Handler;

const report = {
  method: 'PUT',
  resource: '/services/{service}/instances/{id}',
  path: { service: 'a', id: 'i' },
  authorizer: { principalId: 'x', name: 'host', role: 'agent', service: 'a' },
};

const statusOf = async (more: object) => (await ask(handler, { ...report, ...more })).status;

describe('an endpoint that is closed', () => {
  test('lets in whom the authorizer has let in, under the name it gave', async () => {
    const { status, body } = await ask(handler, report);

    expect(status).toBe(200);
    expect(body).toEqual({ actor: { name: 'host', role: 'agent' } });
  });

  test.each([
    ['an authorizer', undefined],
    ['a name', { role: 'admin' }],
    ['a role', { name: 'ann' }],
    ['a role that there is', { name: 'ann', role: 'king' }],
  ])('refuses who comes without %s', async (_, authorizer) => {
    const { status, body } = await ask(handler, { ...report, ...{ authorizer } });

    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'unauthorized' });
  });

  test.each([
    [String(Date.now() / 1000 + 60), 200],
    [Date.now() / 1000 + 60, 200],
    [String(Date.now() / 1000 - 1), 401],
    ['never', 401],
    ['', 401],
  ])('looks at the expiry again, whatever the gateway still knows: %s is %i', async (expiresAt, status) => {
    expect(await statusOf({ authorizer: { ...report.authorizer, expiresAt } })).toBe(status);
  });

  test.each([
    [{ method: 'DELETE' }, 403],
    [{ resource: '/services/{service}/versions', method: 'POST' }, 403],
    [{ authorizer: { name: 'eve', role: 'viewer' } }, 403],
    [{ authorizer: { name: 'ann', role: 'operator' } }, 200],
    [{ authorizer: { name: 'ann', role: 'operator' }, method: 'POST', resource: '/tokens' }, 403],
    [{ authorizer: { name: 'ann', role: 'admin' }, method: 'POST', resource: '/tokens' }, 200],
  ])('looks at the role again: %j is %i', async (more, status) => {
    expect(await statusOf(more)).toBe(status);
  });

  test.each([
    ['a', 200],
    ['%61', 200],
    ['b', 403],
    ['A', 403],
    ['a%2F..%2Fb', 403],
    ['b%2Finstances%2Fa', 403],
    ['a%00', 403],
    ['%2561', 403],
    ['%zz', 403],
    ['', 403],
  ])('looks at the service as it is decoded: %s is %i', async (service, status) => {
    expect(await statusOf({ path: { service, id: 'i' } })).toBe(status);
  });

  test('gives an agent no more where its token or the path has no service', async () => {
    const { service: _, ...unscoped } = report.authorizer;

    expect(await statusOf({ authorizer: unscoped })).toBe(403);
    expect(await statusOf({ authorizer: unscoped, path: { id: 'i' } })).toBe(403);
    expect(await statusOf({ path: { id: 'i' } })).toBe(403);
  });

  test('says so before the faults of a request, and does nothing', async () => {
    handle.mockClear();

    const { status, body } = await ask(handler, { ...report, query: { limit: 'x' }, path: { service: 'b', id: 'i' } });

    expect(status).toBe(403);
    expect(body).not.toHaveProperty('errors');
    expect(handle).not.toHaveBeenCalled();
  });
});
