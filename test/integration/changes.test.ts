import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR, command, deploymentOf, startRelease, storeFleet, uniqueName } from '../support/races.ts';
import { openSql, type Sql } from '../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(2);
});
afterAll(() => sql.close());

describe('a service that is not deleted', () => {
  test('names a hundred of those that depend on it, however many they are', async () => {
    const { service } = await storeFleet(sql, 0);
    await sql.query(
      `insert into services (name, deps) select $1 || '-' || n, array[$1] from generate_series(1, 150) n`,
      [service],
    );

    const [refusal] = await sql.call('delete_service', { name: service });

    expect(refusal).toMatchObject({ code: 'serviceHasDependents', dependents: { length: 100 } });
  });

  test('names a hundred of its deployments, however many they are', async () => {
    const { service } = await storeFleet(sql, 0);
    await sql.query(
      `insert into deploy_tasks (id, service_id, service, version, status, strategy)
         select $1 || '-' || n, id, name, 'v2', 'scheduled', '{}' from services, generate_series(1, 150) n where name = $1`,
      [service],
    );

    const [refusal] = await sql.call('delete_service', { name: service });

    expect(refusal).toMatchObject({ code: 'serviceHasDeployments', deployments: { length: 100 } });
  });
});

describe('a scheduled deployment behind another', () => {
  test('no longer says what it waits for once its time is changed', async () => {
    const fleet = await storeFleet(sql, 1);
    const scheduled = deploymentOf(fleet.service, 'v3', { scheduleTime: '2999-01-01T00:00:00Z' });
    await sql.call('create_deployment', scheduled);
    await startRelease(sql, fleet);
    await sql.query('update deploy_tasks set schedule_time = now() where id = $1', [scheduled.id]);
    const [behind] = await sql.call('start_deployment', { deployID: scheduled.id, generation: 1, revision: 0 });

    const answer = await sql.call('update_deployment', {
      deployID: scheduled.id,
      scheduleTime: '2999-01-01T00:00:00Z',
      actor: ACTOR,
      operationID: uniqueName('operation'),
    });

    expect(behind).toMatchObject({ status: 'scheduled', behind: expect.any(String) });
    expect(answer).toContainEqual(expect.objectContaining({ row: 'deployment', reason: null }));
  });
});

describe('a deployment that could not start', () => {
  test('is not rolled back, because of what it is and not because of another', async () => {
    const { service } = await storeFleet(sql, 0);
    const scheduled = deploymentOf(service, 'v2', { scheduleTime: '2999-01-01T00:00:00Z' });
    await sql.call('create_deployment', scheduled);
    await sql.query('update services set current_version = $2 where name = $1', [service, 'v2']);
    await sql.query('update deploy_tasks set schedule_time = now() where id = $1', [scheduled.id]);
    const [started] = await sql.call('start_deployment', { deployID: scheduled.id, generation: 1, revision: 0 });

    const [refusal] = await command(sql, 'rollback', scheduled.id);

    expect(started).toMatchObject({ status: 'failed' });
    expect(refusal).toMatchObject({ code: 'statusConflict', status: 'failed' });
  });
});
