import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decidedOf, deploymentOf, race, report, storeFleet } from '../support/races.ts';
import { openSql, type Row, type Sql } from '../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(4);
});
afterAll(() => sql.close());

test('a large fleet is planned as it was when that began, though instances join meanwhile', async () => {
  const size = 20_000;
  const fleet = await storeFleet(sql, size);
  const asked = deploymentOf(fleet.service, 'v2');
  await sql.call('create_deployment', asked);
  const decided = await decidedOf(sql, asked.id);

  const [planned = [], [newcomer] = []] = await race<Row[]>([
    () => sql.call('plan_deployment', { ...decided, batches: [{ size, bakeSeconds: 0, gate: false }] }),
    () => sleep(100).then(() => report(sql, fleet, `${fleet.service}/new`)),
  ]);

  expect(planned).toContainEqual(expect.objectContaining({ row: 'deployment', planned: true, total: size }));
  expect(newcomer).toMatchObject({ row: 'answer', desiredVersion: 'v1' });
});
