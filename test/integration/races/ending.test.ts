import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusEventsOf, violationsOf } from '../../support/invariants.ts';
import {
  command,
  decidedOf,
  deploymentOf,
  type Release,
  race,
  refusalsOf,
  repeat,
  report,
  shuffle,
  startTold,
  storeFleet,
  times,
} from '../../support/races.ts';
import { openSql, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

/** A release all of whose instances are done, its only batch closed. */
async function startDone(size: number): Promise<Release> {
  const fleet = await storeFleet(sql, size);
  const release = await startTold(sql, fleet);
  await race(fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })));
  await sql.call('finish_batch', { ...(await decidedOf(sql, release.deployID)), batch: 0 });
  return release;
}

async function currentVersion(service: string): Promise<string | null | undefined> {
  const [row] = await sql.query<{ version: string | null }>(
    'select current_version as version from services where name = $1',
    [service],
  );
  return row?.version;
}

describe('the end of a deployment', () => {
  test('comes once, however many write it', async () => {
    await repeat(5, async () => {
      const { deployID, fleet } = await startDone(2);
      const decided = { ...(await decidedOf(sql, deployID)), reason: 'instances: 2' };

      const answers = await race(times(16, () => sql.call('complete_deployment', decided)));

      expect(answers.flat().filter(({ row, status }) => row === 'facts' && status !== 'completed')).toEqual([]);
      expect((await statusEventsOf(sql, deployID)).map(({ to }) => to)).toEqual(['deploying', 'completed']);
      expect(await currentVersion(fleet.service)).toBe('v2');
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('and a rollback: the version that is current is the one that the rollback goes back to', async () => {
    await repeat(12, async () => {
      const { deployID, fleet } = await startDone(2);
      const decided = { ...(await decidedOf(sql, deployID)), reason: 'instances: 2' };

      const answers = await race(
        shuffle([() => sql.call('complete_deployment', decided), () => command(sql, 'rollback', deployID)]),
      );

      expect(refusalsOf(answers)).toEqual([]);
      expect((await statusEventsOf(sql, deployID)).at(-1)?.to).toBe('rollingBack');
      expect(await currentVersion(fleet.service)).toBe('v1');
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('a rollback and the next deployment: one of them', async () => {
    await repeat(9, async () => {
      const { deployID, fleet } = await startDone(2);
      await sql.call('complete_deployment', { ...(await decidedOf(sql, deployID)), reason: 'instances: 2' });
      const next = deploymentOf(fleet.service, 'v3');

      const answers = await race(
        shuffle([...times(4, () => command(sql, 'rollback', deployID)), () => sql.call('create_deployment', next)]),
      );

      const active = await sql.query<{ id: string; status: string }>(
        `select id, status from deploy_tasks where service = $1 and status in ('deploying', 'rollingBack')`,
        [fleet.service],
      );
      expect(active).toHaveLength(1);
      expect(refusalsOf(answers)).toHaveLength(4);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('of a batch is written once, and not when an instance falls ill before it', async () => {
    await repeat(9, async () => {
      const fleet = await storeFleet(sql, 2);
      const { deployID } = await startTold(sql, fleet);
      await race(fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })));
      const decided = { ...(await decidedOf(sql, deployID)), batch: 0 };

      await race(
        shuffle([
          ...times(6, () => sql.call('finish_batch', decided)),
          () => report(sql, fleet, fleet.instances[0] ?? '', { version: 'v2', health: 'error' }),
        ]),
      );

      const [batch] = await sql.query<{ state: string; done: number }>(
        'select state, done from deploy_batches where deploy_id = $1',
        [deployID],
      );
      expect([
        { state: 'done', done: 2 },
        { state: 'deploying', done: 1 },
      ]).toContainEqual(batch);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });
});

describe('the next generation', () => {
  test('is begun by one of many, and all learn which it is', async () => {
    await repeat(5, async () => {
      const { deployID } = await startTold(sql, await storeFleet(sql, 1));
      const { generation } = await decidedOf(sql, deployID);

      const answers = await race(times(40, () => sql.call('next_generation', { deployID, generation, fault: 'gone' })));

      expect(answers.flat()).toEqual(
        Array(40).fill({ row: 'started', generation: generation + 1, status: 'deploying', faults: 1 }),
      );
    });
  });

  test('is a rollback’s, or a successor’s, and then a rollback’s', async () => {
    await repeat(9, async () => {
      const { deployID } = await startTold(sql, await storeFleet(sql, 1));
      const { generation } = await decidedOf(sql, deployID);

      const answers = await race(
        shuffle([
          ...times(6, () => sql.call('next_generation', { deployID, generation })),
          () => command(sql, 'rollback', deployID),
        ]),
      );

      const started = answers.flat().filter(({ row }) => row === 'started');
      const living = (await decidedOf(sql, deployID)).generation;
      expect(Math.max(...started.map(row => Number(row['generation'])))).toBe(living);
      expect([generation + 1, generation + 2]).toContain(living);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });
});
