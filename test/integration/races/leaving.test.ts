import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/invariants.ts';
import {
  command,
  decidedOf,
  deploymentOf,
  type Fleet,
  race,
  refusalsOf,
  repeat,
  report,
  shuffle,
  startRelease,
  startTold,
  storeFleet,
  times,
  waitingOf,
} from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

const deregister = ({ service }: Fleet, id: string) => sql.call('deregister_instance', { service, id });
const remove = ({ service }: Fleet) => sql.call('delete_service', { name: service });

async function isStored({ service }: Fleet): Promise<boolean> {
  return (await sql.query('select from services where name = $1', [service])).length > 0;
}

describe('a service that is deleted', () => {
  test.each([{ scheduleTime: undefined }, { scheduleTime: '2999-01-01T00:00:00Z' }])(
    'has no deployment created beside that (to start: $scheduleTime)',
    async settings => {
      await repeat(12, async () => {
        const fleet = await storeFleet(sql, 1);
        const asked = deploymentOf(fleet.service, 'v2', settings);

        const [removed = [], created = []] = await race<Row[]>([
          () => remove(fleet),
          () => sql.call('create_deployment', asked),
        ]);

        const codes = refusalsOf([removed, created]).map(({ code }) => code);
        expect(codes).toEqual([(await isStored(fleet)) ? 'serviceHasDeployments' : 'serviceNotFound']);
      });
    },
  );

  test('takes its instances along, those too that report or first report in that moment', async () => {
    await repeat(9, async () => {
      const fleet = await storeFleet(sql, 10);
      const newcomers = fleet.instances.map(id => `${id}-new`);

      const answers = await race<Row[]>(
        shuffle([
          () => remove(fleet),
          ...[...fleet.instances, ...newcomers].map(id => () => report(sql, fleet, id)),
          ...fleet.instances.slice(0, 3).map(id => () => deregister(fleet, id)),
        ]),
      );

      const ids = [...fleet.instances, ...newcomers];
      expect(await sql.query('select from service_instances where id = any ($1)', [ids])).toEqual([]);
      const codes = refusalsOf(answers).map(({ code }) => code);
      expect(['serviceNotFound', 'instanceNotFound']).toEqual(expect.arrayContaining([...new Set(codes)]));
    });
  });

  test('is not rolled back beside that, or is kept', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 0);
      const { deployID } = await startRelease(sql, fleet, { sizes: [] });
      await sql.call('complete_deployment', { ...(await decidedOf(sql, deployID)), reason: 'instances: 0' });

      const answers = await race<Row[]>(shuffle([() => remove(fleet), () => command(sql, 'rollback', deployID)]));

      const codes = refusalsOf(answers).map(({ code }) => code);
      expect(codes).toEqual([(await isStored(fleet)) ? 'serviceHasDeployments' : 'notLatestDeployment']);
    });
  });
});

describe('an instance that leaves', () => {
  test('while a deployment begins is not in its plan', async () => {
    const fleet = await storeFleet(sql, 3);
    const leaver = new pg.Client({ connectionString: sql.database.url });
    await leaver.connect();
    await leaver.query('begin');
    await leaver.query('select deregister_instance($1::jsonb)', [
      JSON.stringify({ service: fleet.service, id: fleet.instances[0] }),
    ]);

    const asked = deploymentOf(fleet.service, 'v2');
    const planned = sql.call('create_deployment', asked).then(async () =>
      sql.call('plan_deployment', {
        ...(await decidedOf(sql, asked.id)),
        batches: [{ size: 3, bakeSeconds: 0, gate: false }],
      }),
    );
    // Either has ended by then, or waits for the leaver.
    await Promise.race([planned, expect.poll(countBlocked, { timeout: 2000 }).toBeGreaterThan(0)]);
    await leaver.query('commit');
    await leaver.end();
    await planned;

    const members = await sql.query('select from deploy_instances where deploy_id = $1 and instance_id = $2', [
      asked.id,
      fleet.instances[0],
    ]);
    expect(members).toEqual([]);
  });

  test('after the deployment completed is not waited for in its rollback', async () => {
    const fleet = await storeFleet(sql, 3);
    const other = await storeFleet(sql, 0);
    const [gone = '', moved = '', stayed = ''] = fleet.instances;
    const { deployID } = await startTold(sql, fleet);
    await race(fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })));
    await sql.call('finish_batch', { ...(await decidedOf(sql, deployID)), batch: 0 });
    await sql.call('complete_deployment', { ...(await decidedOf(sql, deployID)), reason: 'instances: 3' });
    await deregister(fleet, gone);
    await deregister(fleet, moved);
    await report(sql, other, moved);

    await command(sql, 'rollback', deployID);
    await sql.call('begin_undo', await waitingOf(sql, deployID, 'undo', new Date()));
    await report(sql, fleet, stayed, { version: 'v2' });
    await report(sql, fleet, stayed, { version: 'v1' });
    await sql.call('finish_undo', { ...(await decidedOf(sql, deployID)), batch: 0 });
    await sql.call('finish_rollback', await decidedOf(sql, deployID));

    expect(await sql.query('select status, total from deploy_tasks where id = $1', [deployID])).toEqual([
      { status: 'rolledBack', total: 1 },
    ]);
    expect(await violationsOf(sql, deployID)).toEqual([]);
  });

  test('while its batch is undone leaves the others to be waited for', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 12);
      const { deployID } = await startTold(sql, fleet);
      await command(sql, 'rollback', deployID);
      await sql.call('begin_undo', await waitingOf(sql, deployID, 'undo', new Date()));
      await race(fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })));

      const answers = await race<Row[]>(
        shuffle([
          ...fleet.instances.slice(0, 9).map(id => () => report(sql, fleet, id, { version: 'v1' })),
          ...fleet.instances.slice(6).map(id => () => deregister(fleet, id)),
        ]),
      );

      expect(
        answers.flat().filter(({ row, signals }) => row === 'signals' && (signals as object[]).length > 0),
      ).not.toEqual([]);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('while its batch is undone takes what it had counted along', async () => {
    const fleet = await storeFleet(sql, 3);
    const [failed = '', ill = '', done = ''] = fleet.instances;
    const { deployID } = await startTold(sql, fleet);
    await report(sql, fleet, failed, { version: 'v2', health: 'error' });
    await report(sql, fleet, failed, { outcome: 'failed', deployID });
    await report(sql, fleet, ill, { version: 'v2', health: 'error' });
    await report(sql, fleet, done, { version: 'v2' });
    await command(sql, 'rollback', deployID);
    await sql.call('begin_undo', await waitingOf(sql, deployID, 'undo', new Date()));

    const counts: object[] = [];
    for (const id of [ill, failed, done]) {
      await deregister(fleet, id);
      counts.push(
        ...(await sql.query('select size, done, failed from deploy_batches where deploy_id = $1', [deployID])),
      );
    }

    expect(counts).toEqual([
      { size: 2, done: 1, failed: 1 },
      { size: 1, done: 1, failed: 0 },
      { size: 0, done: 0, failed: 0 },
    ]);
  });

  test('twice at once leaves once', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 4);
      const { deployID } = await startTold(sql, fleet);

      await race(fleet.instances.flatMap(id => times(4, () => deregister(fleet, id))));

      expect(await sql.query('select size, done from deploy_batches where deploy_id = $1', [deployID])).toEqual([
        { size: 0, done: 0 },
      ]);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });
});

async function countBlocked(): Promise<number> {
  const rows = await sql.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length;
}
