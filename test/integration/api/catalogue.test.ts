import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

let runtime: TestRuntime;
let api: Api;

beforeAll(async () => {
  runtime = await startTestRuntime();
  api = checkApi(runtime.api);
});

afterAll(() => runtime?.stop());

beforeEach(() => runtime.sql('delete from services'));

const items = async (path: string) => ((await api('GET', path)).body as { items: Record<string, unknown>[] }).items;

describe('services', () => {
  test('are listed with their state and who depends on whom', async () => {
    await api('POST', '/services', { name: 'user-service', deps: ['database-service', 'cache-service'] });
    await api('POST', '/services', { name: 'alone' });

    const { status, body } = await api('GET', '/services');

    expect(status).toBe(200);
    expect(body).toEqual({
      items: [
        { name: 'alone', deployState: 'unreleased', health: 'normal', deps: [] },
        {
          name: 'user-service',
          deployState: 'unreleased',
          health: 'normal',
          deps: ['database-service', 'cache-service'],
        },
      ],
      relation: { 'user-service': ['database-service', 'cache-service'] },
    });
  });

  test('are created once', async () => {
    const first = await api('POST', '/services', { name: 'a' });
    const second = await api('POST', '/services', { name: 'a', deps: ['b'] });

    expect(first).toEqual({ status: 201, body: { name: 'a', deployState: 'unreleased', health: 'normal', deps: [] } });
    expect(second).toMatchObject({ status: 409, body: { code: 'serviceExists' } });
    expect(await items('/services')).toMatchObject([{ name: 'a', deps: [] }]);
  });

  test('do not depend on themselves, however far around', async () => {
    await api('POST', '/services', { name: 'a', deps: ['b'] });
    await api('POST', '/services', { name: 'b', deps: ['c'] });

    const created = await api('POST', '/services', { name: 'c', deps: ['a'] });
    await api('POST', '/services', { name: 'c' });
    const updated = await api('PUT', '/services/c', { deps: ['a'] });

    for (const refused of [created, updated]) {
      expect(refused).toMatchObject({ status: 400, body: { code: 'dependencyCycle', cycle: ['c', 'a', 'b', 'c'] } });
    }
    expect(await items('/services')).toMatchObject([{ name: 'a' }, { name: 'b' }, { name: 'c', deps: [] }]);
  });

  test('that others depend on, or that are being released, are not deleted', async () => {
    await api('POST', '/services', { name: 'a', deps: ['b'] });
    await api('POST', '/services', { name: 'b' });
    const scheduleTime = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await api('POST', '/deployments', { service: 'a', version: '1', scheduleTime });

    expect(await api('DELETE', '/services/b')).toMatchObject({ status: 409, body: { dependents: ['a'] } });
    expect(await api('DELETE', '/services/a')).toMatchObject({
      status: 409,
      body: { code: 'serviceHasDeployments', deployments: [(body as { id: string }).id] },
    });
    expect(await items('/services')).toHaveLength(2);
  });

  test('that are not there are 404', async () => {
    const calls = await Promise.all([
      api('PUT', '/services/none', { deps: [] }),
      api('DELETE', '/services/none'),
      api('GET', '/services/none/activeVersions'),
      api('GET', '/services/none/availableVersions'),
      api('GET', '/services/none/instances'),
      api('POST', '/services/none/versions', { version: '1' }),
      api('POST', '/services/none/states', { health: 'error' }),
      api('PUT', '/services/none/instances/i', { version: null }),
      api('DELETE', '/services/none/instances/i'),
    ]);

    for (const call of calls) expect(call).toMatchObject({ status: 404, body: { code: 'serviceNotFound' } });
  });

  test('are as well as the worst of their instances and states', async () => {
    await api('POST', '/services', { name: 'a' });
    const health = async () => (await items('/services'))[0]?.['health'];

    await api('PUT', '/services/a/instances/i', { version: '1', health: 'warning' });
    expect(await health()).toBe('warning');
    await api('POST', '/services/a/states', { health: 'error', correlationId: 'c', message: 'on fire' });
    expect(await health()).toBe('error');
    await api('POST', '/services/a/states', { health: 'normal', correlationId: 'c' });
    expect(await health()).toBe('warning');
    await api('PUT', '/services/a/instances/i', { version: '1' });
    expect(await health()).toBe('normal');
    await runtime.sql(`update service_instances set report_time = now() - interval '1 hour'`);
    await runtime.sql(`update control_plane set up_since = now() - interval '1 day'`);
    expect(await health()).toBe('warning');
    expect(await items('/services/a/instances')).toMatchObject([{ id: 'i', lost: true }]);
  });
});

describe('instances', () => {
  beforeEach(() => api('POST', '/services', { name: 'a' }));

  test('are registered by their first report and told that nothing is wanted yet', async () => {
    const { status, body } = await api('PUT', '/services/a/instances/i', { version: null, labels: { zone: 'z1' } });

    expect(status).toBe(200);
    expect(body).toEqual({ desiredVersion: null, reportAfterSeconds: expect.any(Number) });
    expect(await items('/services/a/instances')).toMatchObject([{ id: 'i', labels: { zone: 'z1' }, lost: false }]);
  });

  test('may have ids that need encoding in a path', async () => {
    const id = 'arn:aws:ecs:us-east-1:000000000000:task/cluster/0123+x';

    await api('PUT', `/services/a/instances/${encodeURIComponent(id)}`, { version: '1' });
    const listed = await items('/services/a/instances');
    const removed = await api('DELETE', `/services/a/instances/${encodeURIComponent(id)}`);

    expect(listed).toMatchObject([{ id, version: '1' }]);
    expect(removed).toEqual({ status: 200, body: { service: 'a', id } });
    expect(await items('/services/a/instances')).toEqual([]);
  });

  test('belong to one service until they are deregistered', async () => {
    await api('POST', '/services', { name: 'b' });
    await api('PUT', '/services/a/instances/i', { version: '1' });

    const refused = await api('PUT', '/services/b/instances/i', { version: '1' });
    await api('DELETE', '/services/a/instances/i');
    const accepted = await api('PUT', '/services/b/instances/i', { version: '1' });

    expect(refused).toMatchObject({ status: 409, body: { code: 'instanceOfOtherService', service: 'a' } });
    expect(accepted.status).toBe(200);
    expect(await api('DELETE', '/services/a/instances/i')).toMatchObject({
      status: 404,
      body: { code: 'instanceNotFound' },
    });
  });

  test('are answered by an older report, which is not stored', async () => {
    await api('PUT', '/services/a/instances/i', { version: '2', sequence: 2 });

    const { status } = await api('PUT', '/services/a/instances/i', { version: '1', sequence: 1 });

    expect(status).toBe(200);
    expect(await items('/services/a/instances')).toMatchObject([{ version: '2' }]);
  });
});

describe('versions', () => {
  beforeEach(() => api('POST', '/services', { name: 'a' }));

  test('are registered once, and are available newest first', async () => {
    const first = await api('POST', '/services/a/versions', { version: 'v1', artifact: 's3://b/v1' });
    await api('POST', '/services/a/versions', { version: 'v0', description: 'older by name' });

    expect(first).toMatchObject({ status: 201, body: { version: 'v1', artifact: 's3://b/v1' } });
    expect(await api('POST', '/services/a/versions', { version: 'v1' })).toMatchObject({
      status: 409,
      body: { code: 'versionExists' },
    });
    expect(await items('/services/a/availableVersions')).toMatchObject([
      { version: 'v0', description: 'older by name' },
      { version: 'v1', artifact: 's3://b/v1' },
    ]);
  });

  test('that are released are no longer available, but listed with type=all', async () => {
    await api('POST', '/services/a/versions', { version: 'v1' });
    await api('POST', '/services/a/versions', { version: 'v2' });
    await api('PUT', '/services/a/instances/i', { version: 'v0' });
    await api('POST', '/deployments', { service: 'a', version: 'v2' });

    expect(await items('/services/a/availableVersions?type=unrelease')).toMatchObject([{ version: 'v1' }]);
    expect(await items('/services/a/availableVersions?type=UnRelease')).toHaveLength(1);
    expect(await items('/services/a/availableVersions?type=all')).toHaveLength(2);
    expect(await api('GET', '/services/a/availableVersions?type=some')).toMatchObject({ status: 400 });
  });

  test('that instances run are active, with numbers of instances', async () => {
    await api('PUT', '/services/a/instances/i1', { version: 'v0' });
    await api('PUT', '/services/a/instances/i2', { version: 'v0', health: 'error' });
    const { body } = await api('POST', '/deployments', { service: 'a', version: 'v1' });

    expect(await items('/services/a/activeVersions')).toEqual([
      { version: 'v0', instances: 2, health: 'error' },
      {
        version: 'v1',
        instances: 0,
        health: 'normal',
        deployID: (body as { id: string }).id,
        startTime: (body as { startTime: string }).startTime,
        estimatedCompletionTime: expect.any(String),
      },
    ]);
  });
});
