import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSql, type Sql } from '../../support/sql.ts';

const days = { events: 10, alerts: 10, states: 10, idempotencyKeys: 1, lostInstances: 5 };

let sql: Sql;
beforeAll(async () => {
  sql = await openSql(10);
  await sql.query(`update control_plane set up_since = now() - interval '30 days'`);
});
afterAll(() => sql.close());

async function givenService(name: string, instances: number): Promise<void> {
  await sql.call('create_service', { name, deps: [] });
  await sql.query(
    `insert into service_instances (id, service_id, version, report_time, report_after_seconds)
       select $1 || '-' || n, id, 'v1', now() - interval '6 days', 60 from services, generate_series(1, $2) n where name = $1`,
    [name, instances],
  );
}

async function instancesOf(name: string): Promise<readonly string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from service_instances where id like $1 || '-%' order by id`,
    [name],
  );
  return rows.map(({ id }) => id);
}

test('an instance that reports while it is being removed stays', async () => {
  await givenService('a', 2);
  const reporting = new pg.Client({ connectionString: sql.database.url });
  await reporting.connect();
  await reporting.query('begin');
  await reporting.query(`update service_instances set report_time = now() where id = 'a-1'`);

  const pruning = sql.call('prune', { days });
  await waitsForLock();
  await reporting.query('commit');
  await pruning;

  await reporting.end();
  expect(await instancesOf('a')).toEqual(['a-1']);
});

test('a service that begins to release while its lost instances are removed keeps those that it plans with', async () => {
  await givenService('b', 2);
  const releasing = new pg.Client({ connectionString: sql.database.url });
  await releasing.connect();
  await releasing.query('begin');
  await releasing.query(`update services set governing_deploy_id = 'd-b' where name = 'b'`);
  await releasing.query(
    `insert into deploy_tasks (id, service_id, service, version, status, strategy) select 'd-b', id, name, 'v2', 'rollingBack', '{}' from services where name = 'b'`,
  );
  await releasing.query(
    `insert into deploy_instances (deploy_id, instance_id, batch, position) values ('d-b', 'b-1', 0, 0)`,
  );

  const pruning = sql.call('prune', { days });
  await waitsForLock();
  await releasing.query('commit');
  await pruning;

  await releasing.end();
  expect(await instancesOf('b')).toEqual(['b-1']);
});

test('who locks a service and then its old release does not wait in a circle with what removes both', async () => {
  await givenService('d', 2);
  await sql.query(`insert into deploy_tasks (id, service_id, service, version, status, strategy, finish_time)
    select 'd-d', id, name, 'v1', 'completed', '{}', now() - interval '11 days' from services where name = 'd'`);
  const commanding = new pg.Client({ connectionString: sql.database.url });
  await commanding.connect();
  await commanding.query('begin');
  await commanding.query(`select from services where name = 'd' for no key update`);

  const pruning = sql.call('prune', { days });
  await waitsForLock();
  await commanding.query(`select from deploy_tasks where id = 'd-d' for update`);
  await commanding.query('commit');
  await pruning;

  await commanding.end();
  expect(await instancesOf('d')).toEqual([]);
});

test('pruned by several at once, everything old goes, once', { timeout: 60_000 }, async () => {
  await givenService('c', 1200);
  await sql.query(`insert into service_states (service_id, health, resolve_time)
    select id, 'normal', now() - interval '11 days' from services, generate_series(1, 1200) where name = 'c'`);
  await sql.query(`insert into deploy_tasks (id, service_id, service, version, status, strategy, finish_time)
    select 'd-' || n, 0, 'gone', 'v1', 'completed', '{}', now() - interval '11 days' from generate_series(1, 50) n`);
  await sql.query(
    `insert into deploy_events (deploy_id, type) select 'd-' || n % 50 + 1, 'test' from generate_series(1, 3000) n`,
  );

  const rounds: (readonly Record<string, unknown>[])[] = [];
  do {
    rounds.push((await Promise.all(Array.from({ length: 8 }, () => sql.call('prune', { days })))).flat());
  } while (rounds.at(-1)?.some(({ more }) => more === true) && rounds.length < 20);

  const sum = (kind: string) => rounds.flat().reduce((all, answer) => all + Number(answer[kind]), 0);
  expect(sum('lostInstances')).toBe(1200);
  expect(sum('states')).toBe(1200);
  expect(await instancesOf('c')).toEqual([]);
  expect(await sql.query('select from deploy_events')).toEqual([]);
  expect(await sql.query(`select distinct record_state from deploy_tasks where service = 'gone'`)).toEqual([
    { record_state: 'gone' },
  ]);
});

/** Until somebody stands behind another's lock. */
async function waitsForLock(): Promise<void> {
  const query = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await sql.query(query)).length === 0);
}
