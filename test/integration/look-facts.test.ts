import { afterAll, beforeAll, expect, it } from 'vitest';
import { completePolicy } from '#domain/analysis/policy.ts';
import { addLook, emptyTally } from '#domain/analysis/tally.ts';
import { openSql, type Sql } from '../support/sql.ts';

/** What the Data API answers at most, and what it promises of a row: its count of a row is 2 + 4 a column, and the text. */
const answerBytes = 1_048_576;
const rowBytes = 65_536;

const service = 's'.repeat(128);
const instanceCount = 5_000;
const looks = 60;
const part = 'x'.repeat(30_000);

/** As large as one may be: 32 KB. */
const policy = completePolicy({
  checks: Array.from({ length: 20 }, () => ({ query: 'x'.repeat(1_550), min: 1, max: 2 })),
});
const checks = policy.checks.map((_, check) => ({
  ...{
    check,
    rule: `${'x'.repeat(200)} at least 1 and at most 2`,
    verdict: 'fail' as const,
    reason: 'r'.repeat(1_000),
  },
}));
const tally = addLook(emptyTally(policy, 0), {
  ...{ verdict: 'fail', checks, queries: [], samples: 7, error: 'e'.repeat(600), silence: null },
  window: { start: '', end: '' },
});

let sql: Sql;
beforeAll(async () => {
  sql = await openSql(1);
  const actor = { name: 'test', role: 'admin' };
  await sql.call('create_service', { name: service, deps: [] });
  await sql.query(`insert into service_instances (id, service_id, version, report_after_seconds)
    select lpad(n::text, 255, 'x'), (select id from services), 'v1', 60 from generate_series(1, ${instanceCount}) n`);
  const strategy = { type: 'rolling', maxFailures: 0, batchTimeoutSeconds: 600, graceSeconds: 10 };
  await sql.call('create_deployment', {
    id: 'd',
    service,
    version: 'v'.repeat(255),
    strategy,
    analysis: policy,
    force: false,
    actor,
  });
  const batches = [{ size: instanceCount, bakeSeconds: 600, gate: false }];
  await sql.call('plan_deployment', { deployID: 'd', generation: 1, revision: 0, batches });
  await sql.query(`update deploy_instances set state = 'updated', told_time = now(), update_time = now()`);
  await sql.query(`update deploy_batches set state = 'deploying', done = size`);
  const [{ revision } = { revision: 0 }] = await sql.query<{ revision: number }>(
    'update deploy_tasks set current_batch = 0 returning revision::integer',
  );
  await sql.call('finish_batch', { deployID: 'd', generation: 1, revision, batch: 0 });
  await sql.query('update deploy_analyses set due = now(), stored = $1, tally = $2', [looks - 1, tally]);
  await sql.query(
    `insert into deploy_samples (deploy_id, look, part, buckets, counts)
      select 'd', look, part, '[0.1, 1]', $1 from generate_series(-8, ${looks - 1}) look, generate_series(0, 6) part`,
    [part],
  );
});
afterAll(() => sql.close());

/** PostgreSQL writes a space after each comma and colon. */
const sizes = (rows: readonly object[]) =>
  rows.map(row => 6 + Buffer.byteLength(JSON.stringify(row, null, 1).replaceAll(/\n +/g, ' ')));

it('what a look at a very large fleet rests on comes in answers, and in rows, that the Data API can give', async () => {
  const rows = await sql.call('look_facts', { deployID: 'd', generation: 1 });

  expect(rows.map(({ row }) => row)).toEqual(expect.arrayContaining(['look', 'settings', 'instances', 'sample']));
  expect(Math.max(...sizes(rows))).toBeLessThan(rowBytes);
  expect(sizes(rows).reduce((sum, size) => sum + size, 0)).toBeLessThan(answerBytes);
});

it('what is decided by holds a policy and a tally that are as large as can be in one row', async () => {
  const rows = await sql.query<{ facts: object }>(`select deployment_facts('d') as facts`);

  expect(Math.max(...sizes(rows.map(({ facts }) => facts)))).toBeLessThan(rowBytes);
});
