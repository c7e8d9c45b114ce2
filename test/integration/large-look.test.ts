import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgedSince } from '../../functions/domain/analysis/grid.ts';
import { completePolicy } from '../../functions/domain/analysis/policy.ts';
import { packCounts } from '../../functions/domain/analysis/samples.ts';
import { type FakePrometheus, startFakePrometheus } from '../support/fake-prometheus.ts';
import { startTestRuntime, type TestRuntime } from '../support/runtime.ts';

/** What the Data API answers at most, and how much of it in a row. */
const answerBytes = 1_048_576;
const rowBytes = 65_536;

const instances = 12_000;
const policy = completePolicy({ interval: 30, initialDelay: 0 });
const actor = { name: 'test', role: 'admin' };

let prometheus: FakePrometheus;
let runtime: TestRuntime;
beforeAll(async () => {
  prometheus = await startFakePrometheus();
  runtime = await startTestRuntime({ prometheusUrl: prometheus.url });
});
afterAll(async () => {
  await runtime.stop();
  prometheus.close();
});

async function call(name: string, args: object): Promise<readonly Record<string, unknown>[]> {
  const rows = await runtime.sql<{ answer: Record<string, unknown> }>(`select ${name}($1::jsonb) as answer`, [
    JSON.stringify(args),
  ]);
  return rows.map(({ answer }) => answer);
}

/** A release that half of a large fleet with long names has, and bakes; a look at it is due. Began on the grid, 20 looks ago. */
async function startBake(deployID: string): Promise<readonly string[]> {
  await call('create_service', { name: deployID, deps: [] });
  const added = await runtime.sql<{ id: string }>(
    `insert into service_instances (id, service_id, version, report_after_seconds)
       select $1 || repeat('x', 90) || n, (select id from services where name = $1), 'v1', 60 from generate_series(1, ${instances}) n
       returning id`,
    [deployID],
  );
  const strategy = { type: 'rolling', maxFailures: 0, batchTimeoutSeconds: 600, graceSeconds: 10, onFailure: 'pause' };
  const asked = { id: deployID, service: deployID, version: 'v2', strategy, analysis: policy };
  await call('create_deployment', { ...asked, force: false, actor });
  const batches = [1, 2].map(() => ({ size: instances / 2, bakeSeconds: 300, gate: false }));
  await call('plan_deployment', { deployID, generation: 1, revision: 0, batches });
  const start = `to_timestamp(30 * floor(extract(epoch from now()) / 30 - 20))`;
  await runtime.sql(`update deploy_tasks set current_batch = 0, start_time = ${start} where id = $1`, [deployID]);
  await runtime.sql(
    `update deploy_batches set state = 'baking', end_time = now(), bake_due = now() + interval '5 minutes' where deploy_id = $1 and index = 0`,
    [deployID],
  );
  await runtime.sql(`insert into deploy_analyses (deploy_id, due) values ($1, now())`, [deployID]);
  await runtime.sql(`update deploy_instances set update_time = ${start} where deploy_id = $1 and batch = 0`, [
    deployID,
  ]);
  return added.map(({ id }) => id);
}

/** Each of these instances has had ten requests in each of these looks. */
async function storeSamples(deployID: string, looks: readonly number[], ids: readonly string[]): Promise<void> {
  const parts = packCounts(Object.fromEntries(ids.map(id => [id, [10, 0, 9, 1]])));
  await runtime.sql(
    `insert into deploy_samples (deploy_id, look, part, buckets, counts)
       select $1, look, part - 1, '[0.1]', counts from unnest($2::integer[]) look, unnest($3::text[]) with ordinality p (counts, part)`,
    [deployID, looks, parts],
  );
  await runtime.sql('update deploy_analyses set stored = $2 where deploy_id = $1', [deployID, looks.at(-1)]);
}

test('a look at a large fleet reads all of it, in answers that the Data API gives', { timeout: 60_000 }, async () => {
  const ids = await startBake('large');
  await storeSamples('large', [-2, -1, 0, 1, 2, 3], ids);
  const first = await call('look_facts', { deployID: 'large', generation: 1 });

  await runtime.invoke('JudgeBatch', { deployID: 'large', generation: 1 });

  const sizes = first.map(row => 6 + Buffer.byteLength(JSON.stringify(row)));
  expect(Math.max(...sizes)).toBeLessThan(rowBytes);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(answerBytes);
  expect(first.flatMap(row => (row['instances'] as unknown[]) ?? []).length).toBeLessThan(instances / 2);
  const [look] = await runtime.sql<{ facts: { checks: readonly { n: object }[] } }>(
    `select facts from deploy_looks where deploy_id = 'large'`,
  );
  // Half of them have four looks of the new version; all have two of the old one before, and the other half has four more.
  const half = instances / 2;
  expect(look?.facts.checks[0]?.n).toEqual({ new: half * 4 * 10, old: (2 * half * 2 + half * 4) * 10 });
});

test('a look at a long release of a large fleet reads its past and its end', async () => {
  await startBake('long');
  await storeSamples(
    'long',
    Array.from({ length: 40 }, (_, at) => at - 10),
    ['i1'],
  );

  const rows = await call('look_facts', { deployID: 'long', generation: 1 });

  const looks = rows.flatMap(({ row, look }) => (row === 'sample' ? [look as number] : []));
  const before = Array.from({ length: 10 }, (_, at) => at - 10);
  const end = Array.from({ length: 12 }, (_, at) => at + 18);
  expect(looks).toEqual([...before, ...end]);
  expect(rows[0]).toMatchObject({ row: 'look', samples: looks.length, since: judgedSince(29, instances) });
});
