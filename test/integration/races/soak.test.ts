import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from '../../support/invariants.ts';
import { command, type Fleet, report, storeFleet, times } from '../../support/races.ts';
import { openSql, type Sql } from '../../support/sql.ts';
import { runInstance, type Told } from './soak/instance.ts';
import { disturb } from './soak/people.ts';
import { createWorkflows, type Workflows } from './soak/workflows.ts';

const SOAK_MS = 4000;

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

/** Calls again what met a lock that it could not get, as every caller does, and counts how often that was, by SQLSTATE. */
function retrying(inner: Sql): { sql: Sql; conflicts: Map<string, number> } {
  const conflicts = new Map<string, number>();
  const call = async (name: string, args: object) => {
    for (;;) {
      try {
        return await inner.call(name, args);
      } catch (error) {
        const { code = '' } = error as { code?: string };
        if (code !== '55P03' && code !== '40P01') throw error;
        conflicts.set(code, (conflicts.get(code) ?? 0) + 1);
      }
    }
  };
  return { sql: { ...inner, call }, conflicts };
}

/** Lets everything that is under way come to its end, whatever waits for a person continued; answers what does not end. */
async function wind(calling: Sql, workflows: Workflows): Promise<string[]> {
  const open = await calling.query<{ id: string; status: string }>(
    `select id, status from deploy_tasks where status in ('scheduled', 'deploying', 'paused', 'rollingBack')`,
  );
  for (const { id, status } of open) {
    if (status === 'paused') await workflows.follow(await command(calling, 'continue', id), id);
  }
  await workflows.follow(await calling.call('reconcile', { started: false }));
  return open.map(({ id, status }) => `${id} is ${status}`);
}

/** Answers to instances in a plan that held neither the target nor the version that the instance had. */
function findStrangers(told: readonly Told[]): Promise<object[]> {
  return sql.query(
    `select t.* from jsonb_to_recordset($1::jsonb) t ("deployID" text, instance text, version text)
       join deploy_tasks d on d.id = t."deployID"
       join deploy_instances i on i.deploy_id = d.id and i.instance_id = t.instance
       where t.version is distinct from d.version and t.version is distinct from i.previous_version`,
    [JSON.stringify(told)],
  );
}

/** Instances that do not run what their service does, of services that no failed deployment governs. */
function findDrifted(): Promise<object[]> {
  return sql.query(
    `select i.id, i.version, s.current_version from service_instances i join services s on s.id = i.service_id
       where s.governing_deploy_id is null and i.version is distinct from s.current_version`,
  );
}

/** Releases whose next step after a look that failed, the first one, was any but to stop. */
function findAdvances(): Promise<object[]> {
  return sql.query(
    `select first.deploy_id, next.type
       from (select deploy_id, min(id) as id from deploy_events where type = 'looked' and details ->> 'verdict' = 'fail' group by deploy_id) first
       join lateral (select e.type from deploy_events e where e.deploy_id = first.deploy_id and e.id > first.id
         and e.type in ('bakeDone', 'gateReached', 'batchBegun', 'completed', 'pausedOnAnalysis', 'rollbackStarted') order by e.id limit 1) next on true
       where next.type not in ('pausedOnAnalysis', 'rollbackStarted')`,
  );
}

test('everything at once, for seconds: no deadlock, nothing stuck, and every invariant holds', async () => {
  const { sql: calling, conflicts } = retrying(sql);
  const fleets: readonly Fleet[] = [await storeFleet(sql, 12), await storeFleet(sql, 6), await storeFleet(sql, 1)];
  const [first = '', second = '', third = ''] = fleets.map(({ service }) => service);
  await sql.call('update_service', { name: second, deps: [first] });
  await sql.call('update_service', { name: third, deps: [first, second] });
  const faults: unknown[] = [];
  const workflows = createWorkflows(calling, fault => faults.push(fault), 0.05);
  const told: Told[] = [];
  let stopped = false;
  const instances = fleets.flatMap(fleet =>
    fleet.instances.map(id =>
      runInstance({
        id,
        report: async body => {
          const rows = await report(calling, fleet, id, body);
          await workflows.follow(rows);
          return rows;
        },
        deregister: async () => {
          await workflows.follow(await calling.call('deregister_instance', { service: fleet.service, id }));
        },
        note: entry => told.push(entry),
        stopped: () => stopped,
      }),
    ),
  );

  const until = Date.now() + SOAK_MS;
  await Promise.all(times(6, () => disturb(calling, workflows, fleets, until)).map(someone => someone()));
  await expect.poll(() => wind(calling, workflows), { timeout: 15_000, interval: 100 }).toEqual([]);
  await expect.poll(findDrifted, { timeout: 5000, interval: 100 }).toEqual([]);
  stopped = true;
  await Promise.all(instances);
  workflows.stop();

  const deployments = await sql.query<{ id: string }>('select id from deploy_tasks');
  const broken = await Promise.all(
    deployments.map(async ({ id }) => ({ id, violations: await violationsOf(sql, id) })),
  );
  expect(broken.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(await findStrangers(told)).toEqual([]);
  expect(await findAdvances()).toEqual([]);
  expect((await sql.query('select from deploy_looks')).length).toBeGreaterThan(0);
  expect(faults).toEqual([]);
  expect(conflicts.get('40P01') ?? 0).toBe(0);
  expect(conflicts.get('55P03') ?? 0).toBeLessThan(5);
});
