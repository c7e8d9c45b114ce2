import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/invariants.ts';
import {
  command,
  decidedOf,
  race,
  repeat,
  report,
  shuffle,
  startBatch,
  storeFleet,
  times,
} from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

async function countTold(deployID: string) {
  const [row] = await sql.query<{ told: number; late: number }>(
    `select count(told_time)::integer as told, count(*) filter (where told_time > e.time)::integer as late
       from deploy_instances i, (select max(time) as time from deploy_events where deploy_id = $1 and to_status is not null) e
       where i.deploy_id = $1`,
    [deployID],
  );
  return row;
}

function countAnswered(answers: readonly (readonly Row[])[], version: string): number {
  return answers.flat().filter(({ row, desiredVersion }) => row === 'answer' && desiredVersion === version).length;
}

async function holdByVerdict(deployID: string): Promise<Row[]> {
  const decided = await decidedOf(sql, deployID);
  return sql.call('hold_deployment', { ...decided, kind: 'failure', batch: 0, reason: 'too many failures' });
}

describe('while instances hammer with reports', () => {
  test.each([
    { by: 'a pause', stop: (deployID: string) => command(sql, 'pause', deployID) },
    { by: 'a verdict', stop: holdByVerdict },
    { by: 'a rollback', stop: (deployID: string) => command(sql, 'rollback', deployID) },
  ])('nobody is told the new version after $by', async ({ stop }) => {
    await repeat(9, async () => {
      const fleet = await storeFleet(sql, 50);
      const { deployID } = await startBatch(sql, fleet);

      const during = await race<Row[]>([
        ...fleet.instances.slice(0, 25).map(id => () => report(sql, fleet, id)),
        () => stop(deployID),
        ...fleet.instances.slice(25).map(id => () => report(sql, fleet, id)),
      ]);
      const told = await countTold(deployID);
      const after = await race(fleet.instances.map(id => () => report(sql, fleet, id)));

      expect(told).toEqual({ told: countAnswered(during, 'v2'), late: 0 });
      expect(await countTold(deployID)).toEqual(told);
      expect(countAnswered(after, 'v1')).toBe(50 - (told?.told ?? 0));
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('a pause is not kept waiting until all of them have been told', async () => {
    const fleet = await storeFleet(sql, 600);
    const { deployID } = await startBatch(sql, fleet);
    const waiting = fleet.instances.values();
    const hammer = async () => {
      for (const id of waiting) await report(sql, fleet, id);
    };

    await race<unknown>([...times(50, hammer), () => command(sql, 'pause', deployID)]);

    expect((await countTold(deployID))?.told).toBeLessThan(300);
  });

  test('who was told before a pause may go on to finish, and counts', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 30);
      const { deployID } = await startBatch(sql, fleet);
      await race(fleet.instances.slice(0, 15).map(id => () => report(sql, fleet, id)));

      const answers = await race<Row[]>(
        shuffle([
          () => command(sql, 'pause', deployID),
          ...fleet.instances.slice(0, 15).map(id => () => report(sql, fleet, id, { version: 'v2' })),
          ...fleet.instances.slice(15).map(id => () => report(sql, fleet, id)),
        ]),
      );

      const [batch] = await sql.query('select done from deploy_batches where deploy_id = $1', [deployID]);
      expect(batch).toEqual({ done: 15 });
      expect(await countTold(deployID)).toMatchObject({ told: countAnswered(answers, 'v2'), late: 0 });
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });
});

describe('reports of one instance that overtake each other', () => {
  test('leave what the one with the highest sequence said', async () => {
    await repeat(9, async () => {
      const fleet = await storeFleet(sql, 1);
      const [id = ''] = fleet.instances;

      await race(
        shuffle(
          times(50, sequence =>
            report(sql, fleet, id, { sequence, version: `v1.${sequence}`, health: sequence % 2 ? 'error' : 'normal' }),
          ),
        ),
      );

      const stored = await sql.query('select version, health, sequence::integer from service_instances where id = $1', [
        id,
      ]);
      expect(stored).toEqual([{ version: 'v1.49', health: 'error', sequence: 49 }]);
    });
  });

  test('do so too when they are the first ones of it', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 0);
      const id = `${fleet.service}/new`;

      const answers = await race(
        shuffle(times(30, sequence => report(sql, fleet, id, { sequence, version: `v1.${sequence}` }))),
      );

      const stored = await sql.query('select version from service_instances where id = $1', [id]);
      expect(stored).toEqual([{ version: 'v1.29' }]);
      expect(countAnswered(answers, 'v1')).toBe(30);
    });
  });

  test('count for their batch only as far as they are not outdated', async () => {
    await repeat(9, async () => {
      const fleet = await storeFleet(sql, 1);
      const [id = ''] = fleet.instances;
      const { deployID } = await startBatch(sql, fleet);
      await report(sql, fleet, id, { sequence: 1 });
      await report(sql, fleet, id, { sequence: 10, version: 'v2' });

      await race(
        shuffle(times(8, index => report(sql, fleet, id, { sequence: 2 + index, outcome: 'failed', deployID }))),
      );

      const [batch] = await sql.query('select done, failed from deploy_batches where deploy_id = $1', [deployID]);
      expect(batch).toEqual({ done: 1, failed: 0 });
    });
  });
});

describe('one instance id that two services report at once', () => {
  test('belongs to one of them, and the other is refused', async () => {
    await repeat(9, async () => {
      const fleets = [await storeFleet(sql, 0), await storeFleet(sql, 0)];
      const id = `${fleets[0]?.service}/contended`;

      const ends = await race(
        shuffle(
          fleets.flatMap(fleet =>
            times(6, async () => ({ service: fleet.service, answer: await report(sql, fleet, id) })),
          ),
        ),
      );

      const [owner] = await sql.query<{ name: string }>(
        'select s.name from services s join service_instances i on i.service_id = s.id where i.id = $1',
        [id],
      );
      for (const { service, answer } of ends) {
        const expected =
          service === owner?.name ? { row: 'answer' } : { row: 'refused', code: 'instanceOfOtherService' };
        expect(answer[0]).toMatchObject(expected);
      }
    });
  });
});
