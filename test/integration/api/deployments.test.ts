import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly createTime: string;
  readonly waitingFor?: { readonly id: string };
  readonly [member: string]: unknown;
}

let runtime: TestRuntime;
let api: Api;
let service = '';
let count = 0;

beforeAll(async () => {
  runtime = await startTestRuntime();
  api = checkApi(runtime.api);
});

afterAll(() => runtime?.stop());

beforeEach(async () => {
  count += 1;
  service = `service-${count}`;
  await api('POST', '/services', { name: service });
  for (const id of ['i1', 'i2', 'i3', 'i4']) await report(id, 'v0');
});

const report = (id: string, version: string) =>
  api('PUT', `/services/${service}/instances/${service}-${id}`, { version });
const deploy = (more: object = {}, headers = {}) =>
  api('POST', '/deployments', { service, version: 'v1', ...more }, headers);
const idOf = ({ body }: { body: unknown }) => (body as Shown).id;
const soon = (seconds = 3600) => new Date(Date.now() + seconds * 1000).toISOString();
const items = async (path: string) => ((await api('GET', path)).body as { items: Shown[] }).items;

describe('creating a deployment', () => {
  test('answers it with its plan', async () => {
    const { status, body } = await deploy({ strategy: 'rolling', description: 'the first' });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      service,
      version: 'v1',
      status: 'deploying',
      isPaused: false,
      strategy: { type: 'rolling', batchSize: '25%', bakeSeconds: 0, onFailure: 'rollback' },
      onAlert: 'pause',
      description: 'the first',
      progress: { total: 4, done: 0, failed: 0, percent: 0 },
    });
    expect((body as { plan: { batches: object[] } }).plan.batches).toEqual(
      [1, 2, 3, 4].map((n, index) => ({
        index,
        size: 1,
        bakeSeconds: 0,
        state: 'pending',
        done: 0,
        failed: 0,
        instances: [`${service}-i${n}`],
      })),
    );
    expect((await api('GET', `/deployments/${idOf({ body })}`)).body).toMatchObject({
      id: idOf({ body }),
      plan: { batches: [{}, {}, {}, {}] },
    });
  });

  test('with dryRun=true answers the plan and changes nothing', async () => {
    const { status, body } = await api('POST', '/deployments?dryRun=true', {
      service,
      version: 'v1',
      strategy: 'canary',
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      instances: 4,
      plan: {
        batches: [
          { size: 1, instances: [`${service}-i1`] },
          { size: 1 },
          { size: 2, instances: [`${service}-i3`, `${service}-i4`] },
        ],
      },
    });
    expect(await items(`/deployments?service=${service}`)).toEqual([]);
    expect(await items(`/services/${service}/availableVersions?type=all`)).toEqual([]);
  });

  test('under a key answers the same again, however far it has gone since', async () => {
    const key = { 'idempotency-key': `key-${service}` };
    const first = await deploy({ strategy: 'allAtOnce' }, key);
    await vi.waitFor(async () => expect((await report('i1', 'v1')).body).toMatchObject({ desiredVersion: 'v1' }));
    await report('i1', 'v1');

    const again = await deploy({ strategy: 'allAtOnce' }, key);
    const other = await deploy({ strategy: 'canary' }, key);

    expect(again).toEqual(first);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotencyKeyReused' } });
    expect(await items(`/deployments?service=${service}`)).toHaveLength(1);
  });

  test('under one key from many clients at once makes one', async () => {
    const key = { 'idempotency-key': `many-${service}` };

    const replies = await Promise.all(Array.from({ length: 12 }, () => deploy({}, key)));

    expect(new Set(replies.map(reply => JSON.stringify(reply))).size).toBe(1);
    expect(replies[0]?.status).toBe(201);
  });

  test('is refused while another is active', async () => {
    const first = await deploy();

    expect(await deploy({ version: 'v2' })).toMatchObject({
      status: 409,
      body: { code: 'deploymentActive', deployID: idOf(first), deploymentStatus: 'deploying' },
    });
  });

  test('by many at once succeeds for one of them', async () => {
    const replies = await Promise.all(Array.from({ length: 30 }, (_, at) => deploy({ version: `v${at + 1}` })));

    const made = replies.filter(({ status }) => status === 201);
    const refused = replies.filter(({ status }) => status === 409);
    expect(made).toHaveLength(1);
    expect(refused).toHaveLength(29);
    for (const { body } of refused)
      expect(body).toMatchObject({ code: 'deploymentActive', deployID: made[0] && idOf(made[0]) });
  });

  test('is refused for a service that is not there', async () => {
    expect(await deploy({ service: 'none' })).toMatchObject({ status: 404, body: { code: 'serviceNotFound' } });
  });

  test('takes durations as text, and onFailure beside the strategy', async () => {
    const strategy = { type: 'canary', steps: [{ weight: 50, bakeSeconds: '1m', gate: true }], graceSeconds: '2m' };

    const { body } = await deploy({ strategy, onFailure: 'pause' });

    expect(body).toMatchObject({
      strategy: {
        steps: [
          { weight: 50, bakeSeconds: 60, gate: true },
          { weight: 100, bakeSeconds: 0, gate: false },
        ],
        graceSeconds: 120,
        onFailure: 'pause',
      },
    });
  });

  test.each([
    [{ strategy: 'blueGreen' }, 'body.strategy'],
    [{ strategy: { type: 'rolling', steps: [] } }, 'body.strategy.steps'],
    [{ strategy: { type: 'canary', steps: [{ weight: 50 }, { weight: 50 }] } }, 'body.strategy.steps[1].weight'],
    [{ strategy: { type: 'canary', steps: [{ weight: 101 }] } }, 'body.strategy.steps[0].weight'],
    [{ strategy: { type: 'rolling', batchSize: '0%' } }, 'body.strategy.batchSize'],
    [{ strategy: { type: 'allAtOnce', batchTimeoutSeconds: '8d' } }, 'body.strategy.batchTimeoutSeconds'],
    [{ strategy: { type: 'allAtOnce', onFailure: 'pause' }, onFailure: 'rollback' }, 'body.onFailure'],
    [{ scheduleTime: '2026-02-30T00:00:00Z' }, 'body.scheduleTime'],
    [{ scheduleTime: soon(366 * 86_400) }, 'body.scheduleTime'],
    [{ analysis: 1 }, 'body.analysis'],
    [{ version: 'v 1' }, 'body.version'],
    [{ description: 'x'.repeat(1001) }, 'body.description'],
    [{ force: 'yes' }, 'body.force'],
  ])('with %j is told the fault at %s', async (more, path) => {
    const { status, body } = await deploy(more);

    expect(status).toBe(400);
    expect((body as { errors: object[] }).errors).toEqual([{ path, message: expect.any(String) }]);
    expect(await items(`/deployments?service=${service}`)).toEqual([]);
  });
});

describe('a scheduled deployment', () => {
  test('shows its time, and is changed and removed until it starts', async () => {
    const scheduleTime = soon();
    const made = await deploy({ scheduleTime });
    const path = `/deployments/${idOf(made)}`;

    const changed = await api('POST', path, { version: 'v2', strategy: 'allAtOnce', scheduleTime: soon(7200) });
    const removed = await api('DELETE', path);

    expect(made).toMatchObject({ status: 201, body: { status: 'scheduled', scheduleTime, plan: { batches: [] } } });
    expect(changed).toMatchObject({ status: 200, body: { version: 'v2', strategy: { type: 'allAtOnce' } } });
    expect(removed).toEqual({ status: 200, body: { id: idOf(made) } });
    expect(await api('GET', path)).toMatchObject({ status: 404, body: { code: 'deploymentNotFound' } });
  });

  test('for a time in the past starts now', async () => {
    expect(await deploy({ scheduleTime: '2001-01-01T00:00:00Z' })).toMatchObject({
      status: 201,
      body: { status: 'deploying' },
    });
  });

  test('starts when its time is moved into the past', async () => {
    const path = `/deployments/${idOf(await deploy({ scheduleTime: soon() }))}`;

    await api('POST', path, { scheduleTime: '2001-01-01T00:00:00Z' });

    await vi.waitFor(async () => expect((await api('GET', path)).body).toMatchObject({ status: 'deploying' }), 5000);
  });
});

describe('a command', () => {
  test('pauses, continues and rolls back, and shows what it waits for', async () => {
    const path = `/deployments/${idOf(await deploy())}`;

    const paused = await api('POST', `${path}/pause`, { reason: 'looks odd' });
    const again = await api('POST', `${path}/pause`);
    const wrong = await api('POST', `${path}/continue`, { waitID: '999' });
    const continued = await api('POST', `${path}/continue`, { waitID: (paused.body as Shown).waitingFor?.id });
    const back = await api('POST', `${path}/rollback`);

    expect(paused).toMatchObject({
      status: 200,
      body: { status: 'paused', isPaused: true, reason: 'looks odd', waitingFor: { kind: 'pause' } },
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'statusConflict', deploymentStatus: 'paused' } });
    expect(wrong).toMatchObject({ status: 409, body: { code: 'waitConflict' } });
    expect(continued).toMatchObject({ status: 200, body: { status: 'deploying', isPaused: false } });
    expect(back).toMatchObject({ status: 200, body: { status: 'rollingBack' } });
    await vi.waitFor(async () => expect((await api('GET', path)).body).toMatchObject({ status: 'rolledBack' }), 5000);
  });

  test.each([
    ['pause', 'rolledBack'],
    ['continue', 'rolledBack'],
    ['rollback', 'rolledBack'],
    ['', 'rolledBack'],
  ])('/%s is told the status that does not allow it before the faults of its body', async (command, status) => {
    const id = idOf(await deploy({ scheduleTime: soon() }));
    await runtime.sql('update deploy_tasks set status = $2 where id = $1', [id, status]);
    const path = `/deployments/${id}${command && `/${command}`}`;

    expect(await api('POST', path, { nonsense: 1 })).toMatchObject({ status: 409, body: { deploymentStatus: status } });
    expect(await api('POST', `/deployments/none${command && `/${command}`}`, { nonsense: 1 })).toMatchObject({
      status: 404,
    });
  });

  test('whose status allows it is told the faults of its body', async () => {
    const path = `/deployments/${idOf(await deploy())}`;

    expect(await api('POST', `${path}/pause`, { nonsense: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.nonsense', message: 'is not a known field' }] },
    });
  });

  test('under a key is carried out once', async () => {
    const path = `/deployments/${idOf(await deploy())}`;
    const key = { 'idempotency-key': `pause-${service}` };
    const first = await api('POST', `${path}/pause`, {}, key);
    await api('POST', `${path}/continue`);

    const again = await api('POST', `${path}/pause`, {}, key);

    expect(again).toEqual(first);
    expect((await api('GET', path)).body).toMatchObject({ status: 'deploying' });
  });
});

describe('what is told of deployments', () => {
  test('is filtered by service, status and type, in any case', async () => {
    const running = idOf(await deploy());
    const scheduled = idOf(await deploy({ version: 'v2', scheduleTime: soon() }));
    const list = async (filter: string) =>
      (await items(`/deployments?service=${service}${filter}`)).map(({ id }) => id);

    expect(await list('')).toEqual([scheduled, running]);
    expect(await list('&type=schedule')).toEqual([scheduled]);
    expect(await list('&type=SCHEDULE')).toEqual([scheduled]);
    expect(await list('&type=Scheduled')).toEqual([scheduled]);
    expect(await list('&type=inDeployment')).toEqual([running]);
    expect(await list('&type=indeployment&status=DEPLOYING')).toEqual([running]);
    expect(await list('&type=finished')).toEqual([]);
    expect(await list('&type=schedule&status=deploying')).toEqual([]);
    expect(await api('GET', '/deployments?type=unknown')).toMatchObject({ status: 400 });
    expect(await api('GET', '/deployments?status=inDeployment')).toMatchObject({ status: 400 });
  });

  test('has its instances and its events', async () => {
    const path = `/deployments/${idOf(await deploy({ strategy: { type: 'rolling', batchSize: 2 } }))}`;
    await api('POST', `${path}/pause`, { reason: 'lunch' });

    const events = await items(`${path}/events`);

    expect((await items(`${path}/instances`)).map(({ batch, id }) => [batch, id])).toEqual([
      [0, `${service}-i1`],
      [0, `${service}-i2`],
      [1, `${service}-i3`],
      [1, `${service}-i4`],
    ]);
    expect(await items(`${path}/instances?batch=1&state=PENDING`)).toHaveLength(2);
    expect(await items(`${path}/instances?batch=7`)).toEqual([]);
    expect(events[0]).toMatchObject({ type: 'created', to: 'deploying', actor: { name: 'anonymous', role: 'admin' } });
    expect(events.at(-1)).toMatchObject({ type: 'paused', from: 'deploying', to: 'paused', reason: 'lunch' });
    expect(await api('GET', '/deployments/none/events')).toMatchObject({ status: 404 });
    expect(await api('GET', '/deployments/none/instances')).toMatchObject({ status: 404 });
  });

  test('is a change once it has begun', async () => {
    await deploy({ version: 'v2', scheduleTime: soon() });
    await deploy({ strategy: { type: 'rolling', batchSize: 3 } });

    const changes = (await items('/changelog/deployment')).filter(change => change['service'] === service);

    expect(changes).toMatchObject([
      {
        version: 'v1',
        instances: 0,
        totalInstances: 4,
        health: 'normal',
        batches: [{ name: 'batch 0' }, { name: 'batch 1', status: 'pending' }],
      },
    ]);
  });
});
