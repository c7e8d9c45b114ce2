import { afterAll, beforeAll, expect, test } from 'vitest';
import { command, decidedOf, report, startTold, storeFleet } from '../support/races.ts';
import { openSql, type Sql } from '../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(2);
  // The control plane has been up for long, so that silence counts.
  await sql.query(`update control_plane set up_since = '2000-01-01', alive_time = now() + interval '1 hour'`);
});
afterAll(() => sql.close());

test('the rollback of a completed release waits for those that joined since, not for those lost all along', async () => {
  const fleet = await storeFleet(sql, 2);
  const [alive, lost] = fleet.instances;
  await sql.query(`update service_instances set report_time = '2020-01-01' where id = $1`, [lost]);
  const release = await startTold(sql, fleet, { sizes: [1] });
  await report(sql, fleet, String(alive), { version: 'v2' });
  await sql.call('finish_batch', { ...(await decidedOf(sql, release.deployID)), batch: 0 });
  await sql.call('complete_deployment', { ...(await decidedOf(sql, release.deployID)), reason: 'done' });
  const newcomer = `${fleet.service}/new`;
  await report(sql, fleet, newcomer, { version: 'v2' });

  await command(sql, 'rollback', release.deployID);
  const [returned] = await report(sql, fleet, String(lost));

  const planned = await sql.query(
    'select instance_id as id, batch from deploy_instances where deploy_id = $1 order by batch, position',
    [release.deployID],
  );
  expect(planned).toEqual([
    { id: alive, batch: 0 },
    { id: newcomer, batch: 1 },
  ]);
  expect(returned).toMatchObject({ desiredVersion: 'v1' });
});
