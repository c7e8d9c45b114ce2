import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completePolicy } from '#domain/analysis/policy.ts';
import { createFleet } from '../../support/fleet.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

interface Shown {
  readonly id: string;
  readonly analysis?: object;
  readonly plan: { readonly batches: readonly { readonly bakeSeconds: number }[] };
}

let runtime: TestRuntime;
let api: Api;
let service = '';

beforeAll(async () => {
  runtime = await startTestRuntime();
  api = checkApi(runtime.api);
});

afterAll(() => runtime?.stop());

beforeEach(async () => {
  ({ service } = await createFleet(api, 4, { version: 'v0' }));
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const release = async (more: object = {}, query = '') => {
  const { status, body } = await api('POST', `/deployments${query}`, { service, version: 'v1', ...more });
  return { status, body: body as Shown };
};
const bakes = ({ plan }: Shown) => plan.batches.map(({ bakeSeconds }) => bakeSeconds);
const faults = (body: unknown) => (body as { errors: readonly { path: string; message: string }[] }).errors;

describe('what a release is judged by', () => {
  test('is nothing unless asked for', async () => {
    const { body } = await release();

    expect(body).not.toHaveProperty('analysis');
    expect(bakes(body)).toEqual([0, 0, 0, 0]);
  });

  test('is the default policy where it is true, and bakes are long enough for it', async () => {
    const { status, body } = await release({ analysis: true });

    const { body: read } = await api('GET', `/deployments/${body.id}`);
    expect(status).toBe(201);
    expect(body.analysis).toEqual(completePolicy(true));
    expect(bakes(body)).toEqual([360, 360, 360, 0]);
    expect(read).toMatchObject({ analysis: completePolicy(true) });
    expect(bakes(read as Shown)).toEqual(bakes(body));
  });

  test('is what is asked for, completed', async () => {
    const checks = [
      { metric: 'latency', maxIncrease: '5%' },
      { metric: 'errors', max: 0.05 },
      { query: 'up{service=~$service}', min: 1 },
    ];

    const { body } = await release({
      strategy: { type: 'canary', steps: [{ weight: 50, bakeSeconds: 100 }, { weight: 100 }] },
      analysis: { interval: 2, watch: '1m', checks },
    });

    expect(body.analysis).toEqual({
      ...completePolicy({ interval: 2, watch: 60 }),
      checks: [
        { metric: 'latency', maxIncrease: 0.05 },
        { metric: 'errorRatio', max: 0.05 },
        { query: 'up{service=~$service}', min: 1 },
      ],
    });
    expect(bakes(body)).toEqual([100, 60]);
  });

  test('is the policy of its service at its creation, unless it says otherwise', async () => {
    const own = completePolicy({ interval: 5 });
    const setDefault = (analysis: unknown) => api('PUT', `/services/${service}/settings`, { analysis });
    const { body: settings } = await setDefault({ interval: 5 });

    const preview = await release({}, '?dryRun=true');
    const { body } = await release({ scheduleTime: inAnHour() });
    const { body: without } = await release({ version: 'v2', scheduleTime: inAnHour(), analysis: false });
    const { body: other } = await release({ version: 'v3', scheduleTime: inAnHour(), analysis: { interval: 9 } });
    await setDefault({ interval: 7 });

    expect(settings).toMatchObject({ analysis: own });
    expect(preview.body).toMatchObject({ analysis: own });
    expect(bakes(preview.body)).toEqual([60, 60, 60, 0]);
    expect((await api('GET', `/deployments/${body.id}`)).body).toMatchObject({ analysis: own });
    expect(without).not.toHaveProperty('analysis');
    expect(other.analysis).toEqual(completePolicy({ interval: 9 }));
  });

  test('is in what it leaves out as its service has it, and follows an interval of its own', async () => {
    const own = { interval: 5, minSamples: 77, watch: 9, checks: [{ metric: 'latency', max: '1s' }] };
    await api('PUT', `/services/${service}/settings`, { analysis: own });
    const asked = { analysis: { interval: 7, onNoData: 'rollback' } };

    const preview = await release(asked, '?dryRun=true');
    const { body } = await release({ ...asked, scheduleTime: inAnHour() });
    const { body: changed } = await api('POST', `/deployments/${body.id}`, { analysis: { minSamples: 5 } });
    const { body: defaults } = await release({ version: 'v2', scheduleTime: inAnHour(), analysis: true });

    const policy = completePolicy({
      ...own,
      interval: 7,
      onNoData: 'rollback',
      checks: [{ metric: 'latency', max: 1 }],
    });
    for (const { analysis } of [preview.body, body]) expect(analysis).toEqual(policy);
    expect(changed).toMatchObject({ analysis: { interval: 5, initialDelay: 10, minSamples: 5, watch: 9 } });
    expect(defaults.analysis).toEqual(completePolicy(true));
  });

  test('is warned of where it cannot be had, at once', async () => {
    const warnings = ['No Prometheus is configured: once more than 4 looks have no answer, the release pauses.'];
    const { body: none } = await release({ scheduleTime: inAnHour() });
    const { body: preview } = await release({ analysis: true }, '?dryRun=true');
    const { body: scheduled } = await release({ version: 'v2', scheduleTime: inAnHour() });
    const changed = await api('POST', `/deployments/${scheduled.id}`, { analysis: true });
    await api('PUT', `/services/${service}/settings`, { analysis: true });

    const { body: made } = await release();

    expect(none).not.toHaveProperty('warnings');
    expect(scheduled).not.toHaveProperty('warnings');
    for (const answer of [preview, changed.body, made]) expect(answer).toMatchObject({ warnings });
  });

  test('may need no samples', async () => {
    const { status, body } = await release({ analysis: { minSamples: 0, checks: [{ query: 'up', min: 1 }] } });

    expect([status, body.analysis]).toEqual([201, expect.objectContaining({ minSamples: 0 })]);
  });

  test('is kept in the settings of its service, and stays when others change', async () => {
    const path = `/services/${service}/settings`;
    const read = async () => (await api('GET', path)).body;
    const none = await read();

    await api('PUT', path, { analysis: true });
    await api('PUT', path, { metrics: { traffic: 'vector(1)' } });
    const kept = await read();
    await api('PUT', path, { analysis: null, metrics: { traffic: null } });

    expect(none).not.toHaveProperty('analysis');
    expect(kept).toMatchObject({ analysis: completePolicy(true), metrics: { traffic: { template: 'vector(1)' } } });
    expect(await read()).toEqual(none);
    const tooLarge = {
      checks: Array(10).fill({ query: `vector(1) # ${'x'.repeat(3000)}${'長'.repeat(900)}`, max: 1 }),
    };
    expect(faults((await api('PUT', path, { analysis: tooLarge })).body)).toMatchObject([
      { path: 'body.analysis.checks' },
    ]);
    expect(faults((await api('PUT', path, { analysis: { checks: [{}] } })).body)).not.toEqual([]);
  });

  test('changes with a deployment that has not started', async () => {
    const { body } = await release({ scheduleTime: inAnHour(), analysis: true });
    const change = (asked: object) => api('POST', `/deployments/${body.id}`, asked);

    expect((await change({ version: 'v2' })).body).toMatchObject({ analysis: completePolicy(true) });
    expect((await change({ analysis: { count: 3 } })).body).toMatchObject({ analysis: completePolicy({ count: 3 }) });
    expect((await change({ analysis: false })).body).not.toHaveProperty('analysis');
  });

  test('is shown in a dry run with its bakes, and nothing is kept', async () => {
    const { status, body } = await release({ strategy: 'canary', analysis: { watch: 180 } }, '?dryRun=true');

    expect(status).toBe(200);
    expect(body).toMatchObject({ analysis: completePolicy({ watch: 180 }) });
    expect(bakes(body)).toEqual([360, 360, 180]);
    expect((await api('GET', `/deployments?service=${service}`)).body).toEqual({ items: [] });
  });
});

describe('an analysis is refused', () => {
  test.each([
    ['that takes too many looks', { analysis: { interval: 1, watch: '7d' } }, 'body.analysis.interval'],
    [
      'that has too many bakes',
      { strategy: { type: 'rolling', batchSize: '1%' }, analysis: { count: 26 } },
      'body.analysis.count',
    ],
    [
      'that is too large',
      { analysis: { checks: Array(10).fill({ query: 'x'.repeat(4000), max: 1 }) } },
      'body.analysis.checks',
    ],
    ['that is not one', { analysis: { checks: [{ metric: 'latency' }] } }, 'body.analysis.checks[0]'],
    ['of a word', { analysis: 'yes' }, 'body.analysis'],
    ['that is null', { analysis: null }, 'body.analysis'],
  ])('%s', async (_, asked, path) => {
    const { status, body } = await release(asked);

    expect(status).toBe(400);
    expect(faults(body).map(fault => fault.path)).toEqual([path]);
    expect((await api('GET', `/deployments?service=${service}`)).body).toEqual({ items: [] });
  });

  test('as true, false or an object alone', async () => {
    const { body } = await release({ analysis: 'yes' });

    expect(faults(body)).toEqual([{ path: 'body.analysis', message: 'must be true or false, or an object' }]);
  });

  test('in a dry run that knows how many batches there are', async () => {
    const asked = { strategy: { type: 'rolling', batchSize: 1 }, analysis: { interval: 1, count: 1000 } };
    expect((await release(asked, '?dryRun=true')).status).toBe(200);
    for (const id of ['i5', 'i6', 'i7'])
      await api('PUT', `/services/${service}/instances/${service}-${id}`, { version: 'v0' });

    const { status, body } = await release(asked, '?dryRun=true');

    expect(status).toBe(400);
    expect(faults(body)).toEqual([{ path: 'body.analysis.count', message: expect.stringContaining('6012 looks') }]);
  });

  test('where what is changed does not fit what is kept', async () => {
    const { body } = await release({ scheduleTime: inAnHour(), analysis: { count: 26 } });
    const change = (asked: object) => api('POST', `/deployments/${body.id}`, asked);
    const strategy = { type: 'rolling', batchSize: '1%' };

    const { status, body: refused } = await change({ strategy });
    const together = await change({ strategy, analysis: { count: 20 } });
    const { body: alsoRefused } = await change({ analysis: { count: 26 } });

    expect(status).toBe(400);
    for (const answer of [refused, alsoRefused])
      expect(faults(answer)).toMatchObject([{ path: 'body.analysis.count' }]);
    expect(together).toMatchObject({ status: 200, body: { strategy, analysis: { count: 20 } } });
    expect((await change({ strategy: 'rolling' })).status).toBe(200);
  });
});

describe('the record of a deployment', () => {
  const addEvent = (details: object | null) =>
    runtime.sql(`select add_event($1, 'analysisLook', system_actor(), batch => 0, details => $2)`, [
      deployID,
      details && JSON.stringify(details),
    ]);
  const read = async () => ((await api('GET', `/deployments/${deployID}/events`)).body as { items: object[] }).items;
  let deployID = '';

  beforeEach(async () => {
    deployID = (await release({ scheduleTime: inAnHour() })).body.id;
  });

  test('shows the facts of what was decided', async () => {
    const details = { look: 3, verdict: 'noData', checks: [{ metric: 'latency', effect: null, note: 'a }' }] };
    await addEvent(details);
    await addEvent(null);
    await runtime.sql(`select add_event($1, 'changed', system_actor())`, [deployID]);

    const [created, look, bare, last] = await read();

    expect(created).not.toHaveProperty('details');
    expect(look).toMatchObject({ type: 'analysisLook', batch: 0, actor: { role: 'system' }, details });
    expect(bare).not.toHaveProperty('details');
    expect(last).toMatchObject({ type: 'changed', actor: { role: 'system' } });
  });

  test('holds no facts that outgrow an answer, and many that do not come in pages', async () => {
    await addEvent({ query: 'x'.repeat(40_000) });
    for (let n = 0; n < 40; n += 1) await addEvent({ n, query: '€'.repeat(10_000) });

    const first = (await api('GET', `/deployments/${deployID}/events`)).body as { items: object[]; next: string };
    const second = (await api('GET', `/deployments/${deployID}/events?start=${first.next}`)).body as typeof first;

    expect(first.items[1]).toMatchObject({ details: { leftOut: 40_013 } });
    expect(first.items.length + second.items.length).toBe(42);
    expect(second.items.at(-1)).toMatchObject({ details: { n: 39 } });
  });
});
