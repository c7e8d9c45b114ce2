import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Look } from '#domain/analysis/look.ts';
import { type Counts, packCounts } from '#domain/analysis/samples.ts';
import { newName } from '../../support/fleet.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

interface Samples {
  readonly items: readonly { readonly look: number; readonly counts: Counts }[];
  readonly grid?: object;
  readonly next?: string;
}

let runtime: TestRuntime;
let api: Api;
let deployID = '';

beforeAll(async () => {
  runtime = await startTestRuntime();
  api = checkApi(runtime.api);
});

afterAll(() => runtime?.stop());

beforeEach(async () => {
  const service = newName();
  await api('POST', '/services', { name: service });
  const scheduleTime = new Date(Date.now() + 3_600_000);
  const { body } = await api('POST', '/deployments', { service, version: 'v1', scheduleTime, analysis: true });
  deployID = (body as { id: string }).id;
});

const buckets = [0.1, 1];

/** As if it had begun then. */
const begin = async () => {
  await runtime.sql('insert into deploy_analyses (deploy_id) values ($1)', [deployID]);
  await runtime.sql(`update deploy_tasks set start_time = '2030-01-01T00:00:17Z' where id = $1`, [deployID]);
};
const keepLook = (number: number, facts: Partial<Look>) =>
  runtime.sql('insert into deploy_looks (deploy_id, number, batch, verdict, facts) values ($1, $2, 0, $3, $4)', [
    deployID,
    number,
    facts.verdict,
    facts,
  ]);
const keepCounts = async (look: number, counts: Counts) => {
  for (const [part, packed] of packCounts(counts).entries())
    await runtime.sql(
      'insert into deploy_samples (deploy_id, look, part, buckets, counts) values ($1, $2, $3, $4, $5)',
      [deployID, look, part, JSON.stringify(buckets), packed],
    );
};
const read = async (path: string) => (await api('GET', `/deployments/${deployID}${path}`)).body as Samples;

/** Follows the pages. */
async function readAll(path: string): Promise<Samples['items']> {
  const { items, next } = await read(path);
  const onward = `${path.replace(/[?&]start=.*/, '')}${path.includes('limit') ? '&' : '?'}start=${next}`;
  return next === undefined ? items : [...items, ...(await readAll(onward))];
}

describe('the looks at a deployment', () => {
  test('are listed with their verdicts and facts, oldest first', async () => {
    const window = { start: '2030-01-01T00:00:00.000Z', end: '2030-01-01T00:00:30.000Z' };
    const common = { queries: ['sum(x)'], samples: 7, error: null, silence: null, window };
    const failed = {
      check: 0,
      rule: 'latency',
      verdict: 'fail',
      effect: 0.3,
      interval: [0.2, null],
      n: { new: 9, old: 8 },
      reason: 'far slower',
    } as const;
    const facts: Look = { ...common, verdict: 'fail', checks: [{ ...failed, instance: null, basis: 'pastAndOthers' }] };
    const before: Look = { ...common, verdict: 'noData', checks: [] };
    await keepLook(1, facts);
    await keepLook(0, before);

    const { items } = await read('/looks');

    const time = expect.stringMatching(/Z$/);
    const { body: deployment } = await api('GET', `/deployments/${deployID}`);
    expect(deployment).toMatchObject({
      lastLook: { number: 1, batch: 0, time, verdict: 'fail', reason: 'far slower' },
    });
    expect(items).toEqual([
      { number: 0, batch: 0, time, ...before },
      { number: 1, batch: 0, time, ...facts },
    ]);
    expect((await read('/looks?limit=1')).items).toHaveLength(1);
    expect(await readAll('/looks?limit=1')).toEqual(items);
  });

  test('are none before the first, and there is no list without a deployment', async () => {
    expect(await read('/looks')).toEqual({ items: [] });
    expect(await read('/samples')).toEqual({ items: [] });
    for (const list of ['looks', 'samples'])
      expect(await api('GET', `/deployments/none/${list}`)).toMatchObject({
        status: 404,
        body: { code: 'deploymentNotFound' },
      });
  });
});

describe('the samples of a deployment', () => {
  test('are listed by look, its past first, with what they lie on', async () => {
    await begin();
    await keepCounts(0, { a: [3, 1, 2, 1, 0] });
    await keepCounts(-1, { a: [1, 0, 1, 0, 0], b: [0, 0, 0, 0, 0] });
    await keepCounts(1, {});

    const samples = await read('/samples');

    expect(samples).toEqual({
      // The start, rounded down to the interval.
      grid: { origin: '2030-01-01T00:00:00.000Z', interval: 30 },
      items: [
        { look: -1, buckets, counts: { a: [1, 0, 1, 0, 0], b: [0, 0, 0, 0, 0] } },
        { look: 0, buckets, counts: { a: [3, 1, 2, 1, 0] } },
        { look: 1, buckets, counts: {} },
      ],
    });
    expect(await readAll('/samples?limit=2')).toEqual(samples.items);
  });

  test('of a large fleet come in pages that an answer can hold, none lost and none twice', {
    timeout: 30_000,
  }, async () => {
    const row = (n: number, look: number) =>
      Array.from({ length: 14 }, (_, at) => (n * 7919 * (at + 1 + look)) % 100_003);
    const fleet = (look: number) =>
      Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`instance-${n}`, row(n, look)]));
    for (let look = 0; look < 12; look += 1) await keepCounts(look, fleet(look));

    const first = await read('/samples?limit=500');
    const items = await readAll('/samples?limit=500');

    expect(first.next).toBeDefined();
    for (let look = 0; look < 12; look += 1) {
      const parts = items.filter(item => item.look === look);
      expect(parts.reduce((sum, { counts }) => sum + Object.keys(counts).length, 0)).toBe(5000);
      expect(Object.assign({}, ...parts.map(({ counts }) => counts))).toEqual(fleet(look));
    }
  });

  test('that are short as they are stored, yet long as they are shown, come in pages, too', async () => {
    const idle = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`i${n}`, new Array(14).fill(0)]));
    for (let look = 0; look < 15; look += 1) await keepCounts(look, idle);

    const { status, body } = await api('GET', `/deployments/${deployID}/samples`);

    expect(status).toBe(200);
    expect((body as Samples).next).toBeDefined();
    expect(JSON.stringify(body).length).toBeLessThan(5_000_000);
    expect((await readAll('/samples')).reduce((sum, { counts }) => sum + Object.keys(counts).length, 0)).toBe(150_000);
  });
});
