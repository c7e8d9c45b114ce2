import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from '../api/checked-api.ts';

interface Made {
  readonly id: string;
  readonly token: string;
}

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime({ auth: true, settings: { tokenCacheSeconds: 0 } });
});

afterAll(() => runtime?.stop());

const api: TestRuntime['api'] = (...asked) => checkApi(runtime.api)(...asked);

async function make(more: object = {}): Promise<Made> {
  const { status, body } = await api('POST', '/tokens', { name: 'one', role: 'operator', ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as Made;
}

describe('a token', () => {
  test('is shown once, with its id, and opens what its role may', async () => {
    const expiresAt = '2099-01-31T09:00:00.000Z';

    const made = await make({ name: 'ci', expiresAt });

    expect(made).toMatchObject({
      id: expect.stringMatching(/./),
      token: expect.stringMatching(/^sm_[\w-]{43}$/),
      name: 'ci',
      role: 'operator',
      expiresAt,
      createdBy: { name: 'admin', role: 'admin' },
    });
    const { items } = (await api('GET', '/tokens')).body as { items: Record<string, unknown>[] };
    const { token, ...shown } = made;
    expect(items.find(({ id }) => id === made.id)).toEqual(shown);
    expect(await runtime.apiWith(token)('GET', '/services')).toMatchObject({ status: 200 });
  });

  test('of an agent is for a service, which need not be there yet', async () => {
    const { token, ...made } = await make({ role: 'agent', service: 'not-yet' });

    expect(made).toMatchObject({ role: 'agent', service: 'not-yet' });
    await api('POST', '/services', { name: 'not-yet' });
    expect(await runtime.apiWith(token)('PUT', '/services/not-yet/instances/a', { version: 'v1' })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    [{}, ['body.name', 'body.role']],
    [{ name: ' ', role: 'viewer' }, ['body.name']],
    [{ name: 'a', role: 'king' }, ['body.role']],
    [{ name: 'a', role: 'agent' }, ['body.service']],
    [{ name: 1, role: 'agent' }, ['body.name', 'body.service']],
    [{ name: 'a', role: 'agent', service: '*' }, ['body.service']],
    [{ name: 'a', role: 'viewer', service: 's' }, ['body.service']],
    [{ name: 'a', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }, ['body.expiresAt']],
    [{ name: 'a', role: 'viewer', expiresAt: 'soon', id: 'b' }, ['body.expiresAt', 'body.id']],
    [{ name: 'a', role: 'viewer', expiresAt: '9999-12-31T23:59:59-23:59' }, ['body.expiresAt']],
  ])('is not made of %j', async (body, paths) => {
    const answer = await api('POST', '/tokens', body);

    expect(answer.status).toBe(400);
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual(paths);
  });

  test('is made once for each Idempotency-Key, and shown in the first answer alone', async () => {
    const body = { name: 'once', role: 'viewer' };
    const key = { 'idempotency-key': randomUUID() };

    const first = await api('POST', '/tokens', body, key);
    const again = await api('POST', '/tokens', body, key);
    const other = await api('POST', '/tokens', { ...body, role: 'admin' }, key);

    const { token, ...shown } = first.body as Made;
    expect(again).toEqual({ status: 201, body: shown });
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotencyKeyReused' } });
    expect(await runtime.apiWith(token)('GET', '/services')).toMatchObject({ status: 200 });
  });

  test('that is revoked is refused from then on, and gone from the list', async () => {
    const { id, token } = await make();
    await runtime.apiWith(token)('GET', '/services');

    const revoked = await api('DELETE', `/tokens/${id}`);

    expect(revoked).toEqual({ status: 200, body: { id } });
    expect(await runtime.apiWith(token)('GET', '/services')).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
    });
    expect(JSON.stringify(await api('GET', '/tokens'))).not.toContain(id);
    expect(await api('DELETE', `/tokens/${id}`)).toMatchObject({ status: 404, body: { code: 'tokenNotFound' } });
    expect(await api('DELETE', '/tokens/none')).toMatchObject({ status: 404 });
  });

  test('is listed in pages, newest first', async () => {
    const made = [await make(), await make(), await make()];

    const first = (await api('GET', '/tokens?limit=2')).body as { items: Made[]; next: string };
    const second = (await api('GET', `/tokens?limit=1&start=${first.next}`)).body as { items: Made[] };

    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toEqual(made.map(({ id }) => id).toReversed());
  });
});

describe('the last use of a token', () => {
  const lastUse = async (id: string) => {
    const [row] = await runtime.sql<{ last_use_time: Date | null }>(
      'select last_use_time from api_tokens where id = $1',
      [id],
    );
    return row?.last_use_time ?? undefined;
  };

  test('is written by the first one, and then once an hour', async () => {
    const { id, token } = await make();
    const call = () => runtime.apiWith(token)('GET', '/services');
    expect(await lastUse(id)).toBeUndefined();

    await call();
    const first = await lastUse(id);
    await call();
    const second = await lastUse(id);
    await runtime.sql(`update api_tokens set last_use_time = now() - interval '61 minutes' where id = $1`, [id]);
    await Promise.all([call(), call(), call()]);
    const third = await lastUse(id);

    expect(first).toBeInstanceOf(Date);
    expect(second).toEqual(first);
    expect(third?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Number.NaN);
    expect(await api('GET', '/tokens')).toMatchObject({
      body: { items: expect.arrayContaining([expect.objectContaining({ id, lastUseTime: third?.toISOString() })]) },
    });
  });

  test('waits for nobody who holds its row', async () => {
    const { id, token } = await make();
    const holding = runtime.sql(`
      with held as (select id from api_tokens where id = '${id}' for update) select pg_sleep(1) from held`);
    await new Promise(resolve => setTimeout(resolve, 200));
    const since = performance.now();

    const { status } = await runtime.apiWith(token)('GET', '/services');

    expect(status).toBe(200);
    expect(performance.now() - since).toBeLessThan(700);
    await holding;
  });
});
