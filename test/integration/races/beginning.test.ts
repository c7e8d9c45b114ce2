import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusEventsOf, violationsOf } from '../../support/invariants.ts';
import {
  decidedOf,
  deploymentOf,
  type Fleet,
  race,
  refusalsOf,
  repeat,
  report,
  shuffle,
  startRelease,
  storeFleet,
  times,
  tokensOf,
  waitingOf,
} from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

async function activeOnes(service: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from deploy_tasks where service = $1 and status in ('deploying', 'paused', 'rollingBack')`,
    [service],
  );
  return rows.map(({ id }) => id);
}

/** A deployment whose time came a moment ago. */
async function storeDue(fleet: Fleet, version: string): Promise<string> {
  const asked = deploymentOf(fleet.service, version, { scheduleTime: '2999-01-01T00:00:00Z' });
  await sql.call('create_deployment', asked);
  await sql.query('update deploy_tasks set schedule_time = now() where id = $1', [asked.id]);
  return asked.id;
}

const batchesOf = (...sizes: number[]) => sizes.map(size => ({ size, bakeSeconds: 0, gate: false }));

describe('50 deployments of one service, created at once', () => {
  test('are one, and the others are told which', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 3);

      const answers = await race(
        times(50, index => sql.call('create_deployment', deploymentOf(fleet.service, `v${index + 2}`))),
      );

      const active = await activeOnes(fleet.service);
      expect(active).toHaveLength(1);
      expect(refusalsOf(answers)).toEqual(
        Array(49).fill({ row: 'refused', code: 'deploymentActive', deployID: active[0], status: 'deploying' }),
      );
      expect(await violationsOf(sql, active[0] ?? '')).toEqual([]);
    });
  });

  test('are one, too, when scheduled ones start at that moment', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 3);
      const due = await race(times(4, index => storeDue(fleet, `v${index + 20}`)));
      const starts = await race(due.map(id => () => decidedOf(sql, id)));

      await race(
        shuffle([
          ...[...starts, ...starts, ...starts].map(decided => () => sql.call('start_deployment', decided)),
          ...times(10, index => sql.call('create_deployment', deploymentOf(fleet.service, `v${index + 2}`))),
        ]),
      );

      const active = await activeOnes(fleet.service);
      expect(active).toHaveLength(1);
      const seen = await race([...due, ...active].map(id => () => violationsOf(sql, id)));
      expect(seen.flat()).toEqual([]);
    });
  });
});

describe('a scheduled deployment', () => {
  test('starts once, however many start it', async () => {
    await repeat(5, async () => {
      const deployID = await storeDue(await storeFleet(sql, 3), 'v2');
      const decided = await decidedOf(sql, deployID);

      const answers = await race(times(20, () => sql.call('start_deployment', decided)));

      expect(answers.flat().every(({ status }) => status === 'deploying')).toBe(true);
      expect(await statusEventsOf(sql, deployID)).toEqual([
        { from: null, to: 'scheduled' },
        { from: 'scheduled', to: 'deploying' },
      ]);
    });
  });

  test('is either changed, removed or started', async () => {
    await repeat(9, async () => {
      const deployID = await storeDue(await storeFleet(sql, 1), 'v2');
      const decided = await decidedOf(sql, deployID);
      const change = { deployID, version: 'v3', actor: {}, operationID: deployID };

      const [started = [], updated = [], removed = []] = await race([
        () => sql.call('start_deployment', decided),
        () => sql.call('update_deployment', change),
        () => sql.call('delete_deployment', { deployID }),
      ]);

      const rows = await sql.query('select status, version from deploy_tasks where id = $1', [deployID]);
      const refused = refusalsOf([updated, removed]).map(({ code }) => code);
      if (rows.length === 0) {
        expect(started[0]?.['status']).not.toBe('deploying');
        expect(refused.every(code => code === 'deploymentNotFound')).toBe(true);
      } else {
        expect(rows).toEqual([{ status: 'deploying', version: 'v2' }]);
        expect(refused).toEqual(['statusConflict', 'statusConflict']);
      }
    });
  });

  test('that begins to wait while the one before it ends is told so, or sent its token', async () => {
    await repeat(9, async () => {
      const fleet = await storeFleet(sql, 0);
      const before = await startRelease(sql, fleet, { sizes: [] });
      const deployID = await storeDue(fleet, 'v3');
      const waiting = await waitingOf(sql, deployID, 'next', new Date());
      const decided = await decidedOf(sql, before.deployID);

      const [begun = [], completed = []] = await race([
        () => sql.call('wait_for_schedule', waiting),
        () => sql.call('complete_deployment', { ...decided, reason: 'instances: 0' }),
      ]);

      expect(begun[0]?.['over'] === true || tokensOf([completed]).includes('next')).toBe(true);
      expect(await violationsOf(sql, before.deployID)).toEqual([]);
    });
  });
});

describe('a plan', () => {
  test('is made once, however many make it', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 9);
      const asked = deploymentOf(fleet.service, 'v2');
      await sql.call('create_deployment', asked);
      const decided = await decidedOf(sql, asked.id);

      const answers = await race(
        times(20, index =>
          sql.call('plan_deployment', { ...decided, batches: index % 2 ? batchesOf(3, 3, 3) : batchesOf(4, 5) }),
        ),
      );

      const shown = answers.map(rows => JSON.stringify(rows.filter(({ row }) => row === 'batch')));
      expect(new Set(shown)).toHaveLength(1);
      const events = await sql.query(`select from deploy_events where deploy_id = $1 and type = 'planned'`, [asked.id]);
      expect(events).toHaveLength(1);
      expect(await violationsOf(sql, asked.id)).toEqual([]);
    });
  });

  test('holds each instance that stays, once, while others come and go', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 20);
      const asked = deploymentOf(fleet.service, 'v2');
      const [leaving, staying] = [fleet.instances.slice(0, 8), fleet.instances.slice(8)];
      const plan = async (): Promise<Row[]> => {
        await sql.call('create_deployment', asked);
        for (let planned = false; !planned; ) {
          const decided = await decidedOf(sql, asked.id);
          const [facts] = await sql.query<{ count: number }>(
            'select plannable_count(service_id)::integer as count from deploy_tasks where id = $1',
            [asked.id],
          );
          const rows = await sql.call('plan_deployment', { ...decided, batches: batchesOf(facts?.count ?? 0) });
          planned = rows.some(row => row['planned'] === true);
        }
        return [];
      };

      await race<Row[]>([
        plan,
        ...leaving.map(id => () => sql.call('deregister_instance', { service: fleet.service, id })),
        ...times(8, index => report(sql, fleet, `${fleet.service}/new-${index}`)),
        ...staying.map(id => () => report(sql, fleet, id)),
      ]);

      const members = await sql.query<{ id: string }>(
        'select instance_id as id from deploy_instances where deploy_id = $1',
        [asked.id],
      );
      expect(members.map(({ id }) => id)).toEqual(expect.arrayContaining([...staying]));
      expect(await violationsOf(sql, asked.id)).toEqual([]);
    });
  });
});
