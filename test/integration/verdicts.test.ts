import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  command,
  decidedOf,
  type Fleet,
  type Release,
  report,
  startBatch,
  startRelease,
  startTold,
  storeFleet,
  tokensOf,
  waitingOf,
} from '../support/races.ts';
import { openSql, type Row, type Sql } from '../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(4);
});
afterAll(() => sql.close());

const LATER = new Date(1000);

/** What a task does next with what it has decided. */
async function act(name: string, { deployID }: Release, args: object = {}): Promise<Row> {
  const [facts] = await sql.call(name, { ...(await decidedOf(sql, deployID)), ...args });
  if (!facts) throw new Error(`${name} answered nothing`);
  return facts;
}

async function begin(name: 'begin_batch' | 'begin_undo', { deployID }: Release): Promise<void> {
  await sql.call(name, await waitingOf(sql, deployID, 'next', LATER));
}

/** The time of all instances of a release is over. */
async function letTimePass({ deployID }: Release): Promise<void> {
  await sql.query(
    `update deploy_instances set due = now() - interval '1 second' where deploy_id = $1 and due is not null`,
    [deployID],
  );
}

async function answer(fleet: Fleet, id: string | undefined, body: object): Promise<Row> {
  const rows = await report(sql, fleet, String(id), body);
  const found = rows.find(({ row }) => row === 'answer');
  if (!found) throw new Error(`no answer: ${JSON.stringify(rows)}`);
  return found;
}

async function eventsOf({ deployID }: Release, type: string): Promise<string[]> {
  const rows = await sql.query<{ instance: string }>(
    'select instance_id as instance from deploy_events where deploy_id = $1 and type = $2 order by id',
    [deployID, type],
  );
  return rows.map(({ instance }) => instance);
}

describe('instances whose time is over', () => {
  test('fail at once, be they ten thousand', async () => {
    const fleet = await storeFleet(sql, 10_000);
    const release = await startBatch(sql, fleet);
    await letTimePass(release);

    const facts = await act('fail_overdue', release);

    expect(facts).toMatchObject({ failures: 10_000, overdue: 0, batch: { failed: 10_000 } });
    expect(await eventsOf(release, 'instanceFailed')).toHaveLength(10_000);
  });

  test('were not told anything, and do not fail, where their batch is being undone', async () => {
    const fleet = await storeFleet(sql, 2);
    const [told, untold] = fleet.instances;
    const release = await startBatch(sql, fleet);
    await report(sql, fleet, String(told));
    await command(sql, 'rollback', release.deployID);
    await begin('begin_undo', release);
    await letTimePass(release);

    const facts = await act('fail_overdue', release);

    expect(facts).toMatchObject({ failures: 0, undo: { size: 1, done: 0, failed: 1 } });
    expect(await eventsOf(release, 'instanceNotReturned')).toEqual([told]);
    expect(await eventsOf(release, 'instanceFailed')).toEqual([]);
    expect(await answer(fleet, untold, { version: 'v1' })).toMatchObject({ desiredVersion: 'v1' });
  });
});

describe('a rollback that is tried again', () => {
  test('tells nobody the released version, before their batch is undone anew', async () => {
    const fleet = await storeFleet(sql, 1);
    const [silent] = fleet.instances;
    const release = await startTold(sql, fleet);
    await command(sql, 'rollback', release.deployID);
    await begin('begin_undo', release);
    await letTimePass(release);
    await act('fail_overdue', release);
    await act('finish_undo', release, { batch: 0 });
    await act('finish_rollback', release);

    const whenFailed = await answer(fleet, silent, { version: 'v2' });
    await command(sql, 'rollback', release.deployID);
    const whenTriedAgain = await answer(fleet, silent, { version: 'v1' });

    expect([whenFailed['desiredVersion'], whenTriedAgain['desiredVersion']]).toEqual(['v1', 'v1']);
  });
});

describe('an instance that has the version before its release', () => {
  test('is done when its batch begins', async () => {
    const fleet = await storeFleet(sql, 1, 'v1');
    await sql.query('update service_instances set version = $2 where id = $1', [fleet.instances[0], 'v2']);

    const release = await startBatch(sql, fleet);

    expect(await act('finish_batch', release, { batch: 0 })).toMatchObject({ batch: { done: 1, state: 'done' } });
  });

  test('is not done once it has gone back meanwhile, as it is told to until its batch begins', async () => {
    const fleet = await storeFleet(sql, 1, 'v1');
    const [early] = fleet.instances;
    await sql.query('update service_instances set version = $2 where id = $1', [early, 'v2']);
    const release = await startRelease(sql, fleet);
    await answer(fleet, early, { version: 'v2' });
    await answer(fleet, early, { version: 'v1' });

    await begin('begin_batch', release);
    const atBegin = await act('finish_batch', release, { batch: 0 });
    await answer(fleet, early, { version: 'v1' });
    await answer(fleet, early, { version: 'v2' });
    const atEnd = await act('finish_batch', release, { batch: 0 });

    expect(atBegin).toMatchObject({ batch: { done: 0, state: 'deploying' } });
    expect(atEnd).toMatchObject({ batch: { done: 1, state: 'done' } });
  });
});

describe('a bake that is past its time', () => {
  test('waits for an instance in error until its grace is over, or until it is well', async () => {
    const fleet = await storeFleet(sql, 1);
    const [unwell] = fleet.instances;
    const release = await startTold(sql, fleet);
    await answer(fleet, unwell, { version: 'v2' });
    await sql.query('update deploy_batches set bake_seconds = 1 where deploy_id = $1', [release.deployID]);
    await act('finish_batch', release, { batch: 0 });
    await answer(fleet, unwell, { version: 'v2', health: 'error' });
    await sql.query('update deploy_batches set bake_due = now() where deploy_id = $1', [release.deployID]);

    const [waiting] = await sql.call('wait_for_bake', await waitingOf(sql, release.deployID, 'bake', LATER));
    const [, ...ended] = await report(sql, fleet, String(unwell), { version: 'v2' });

    expect(waiting).toMatchObject({ over: false });
    expect(tokensOf([ended])).toEqual(['bake']);
  });
});
