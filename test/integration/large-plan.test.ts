import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSql, type Sql } from '../support/sql.ts';

/** What the Data API answers at most: its count of a row is 2 + 4 a column, and the text. */
const answerBytes = 1_048_576;

let sql: Sql;
beforeAll(async () => {
  sql = await openSql(1);
});
afterAll(() => sql.close());

describe('a plan of 7,500 batches with long names', () => {
  it('is answered as far as one answer holds it, by a command as well', async () => {
    await sql.call('create_service', { name: 'large', deps: [] });
    await sql.query(
      `insert into service_instances (id, service_id, version, report_after_seconds)
        select repeat('x', 90) || n, (select id from services where name = 'large'), 'v1', 60 from generate_series(1, 15000) n`,
    );
    const strategy = { type: 'rolling', maxFailures: 0, batchTimeoutSeconds: 600, graceSeconds: 10 };
    const actor = { name: 'test', role: 'admin' };
    await sql.call('create_deployment', { id: 'd', service: 'large', version: 'v2', strategy, force: false, actor });
    const batches = Array.from({ length: 7500 }, () => ({ size: 2, bakeSeconds: 0, gate: false }));

    const planned = await sql.call('plan_deployment', { deployID: 'd', generation: 1, revision: 0, batches });
    const paused = await sql.call('pause_deployment', { deployID: 'd', actor, operationID: 'o' });

    const shown = planned.filter(({ row }) => row === 'batch');
    expect(shown.map(({ index }) => index)).toEqual(shown.map((_, place) => place));
    expect(shown[0]?.['instances']).toHaveLength(2);
    expect(shown.at(-1)?.['instances']).toEqual([]);
    for (const rows of [planned, paused]) {
      expect(rows.length).toBeGreaterThan(1000);
      expect(rows.reduce((sum, row) => sum + 6 + Buffer.byteLength(JSON.stringify(row)), 0)).toBeLessThan(answerBytes);
    }
    const [held] = await sql.query(`
      select count(*)::integer as instances, count(distinct batch)::integer as batches,
        max(size)::integer as largest from (select batch, count(*) over (partition by batch) as size from deploy_instances) i`);
    expect(held).toEqual({ instances: 15_000, batches: 7500, largest: 2 });
  });
});
