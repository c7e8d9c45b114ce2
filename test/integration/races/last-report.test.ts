import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/invariants.ts';
import { race, repeat, report, shuffle, startBatch, startTold, storeFleet, tokensOf } from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

interface Counts {
  readonly size: number;
  readonly done: number;
  readonly failed: number;
  readonly events: number;
}

/** A batch's counters, and how many failures were recorded. */
async function countsOf(deployID: string): Promise<Counts | undefined> {
  const [counts] = await sql.query<Counts>(
    `select b.size, b.done, b.failed,
         (select count(*)::integer from deploy_events e where e.deploy_id = b.deploy_id and e.type = 'instanceFailed') as events
       from deploy_batches b where b.deploy_id = $1`,
    [deployID],
  );
  return counts;
}

describe('the last reports of a batch, at once', () => {
  test('end its wait exactly once', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 60);
      const { deployID } = await startTold(sql, fleet);

      const answers = await race(fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })));

      expect(tokensOf(answers)).toEqual(['first']);
      expect(await countsOf(deployID)).toEqual({ size: 60, done: 60, failed: 0, events: 0 });
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('end it exactly once when some are told and done by the same report', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 40);
      const { deployID } = await startBatch(sql, fleet);
      await race(fleet.instances.slice(0, 20).map(id => () => report(sql, fleet, id)));

      const answers = await race(
        shuffle([
          ...fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })),
          ...fleet.instances.slice(20).map(id => () => report(sql, fleet, id)),
        ]),
      );

      expect(tokensOf(answers)).toEqual(['first']);
      expect(await countsOf(deployID)).toEqual({ size: 40, done: 40, failed: 0, events: 0 });
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('count each instance once, however often it says so', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 20);
      const { deployID } = await startTold(sql, fleet);
      const fourTimes = fleet.instances.flatMap(id => [id, id, id, id]);

      const answers = await race(shuffle(fourTimes).map(id => () => report(sql, fleet, id, { version: 'v2' })));

      expect(new Set(tokensOf(answers))).toEqual(new Set(['first']));
      expect(await countsOf(deployID)).toEqual({ size: 20, done: 20, failed: 0, events: 0 });
    });
  });

  test('count each failure once, whether it is told by its outcome or from several sides', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 30);
      const { deployID } = await startTold(sql, fleet);
      const [failing, well] = [fleet.instances.slice(0, 15), fleet.instances.slice(15)];
      const fail = (id: string) => () => report(sql, fleet, id, { outcome: 'failed', deployID });

      const answers = await race(
        shuffle([
          ...failing.map(fail),
          ...failing.map(fail),
          ...well.map(id => () => report(sql, fleet, id, { version: 'v2' })),
        ]),
      );

      expect(tokensOf(answers)).toEqual(['first']);
      expect(await countsOf(deployID)).toEqual({ size: 30, done: 15, failed: 15, events: 15 });
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('end it exactly once when one of the last two fails', async () => {
    await repeat(18, async round => {
      const fleet = await storeFleet(sql, 2);
      const { deployID } = await startTold(sql, fleet);
      const [one = '', other = ''] = round % 2 ? fleet.instances : fleet.instances.toReversed();

      const answers = await race<Row[]>([
        () => report(sql, fleet, one, { version: 'v2' }),
        () => report(sql, fleet, other, { outcome: 'failed', deployID }),
      ]);

      expect(tokensOf(answers)).toEqual(['first']);
      expect(await countsOf(deployID)).toEqual({ size: 2, done: 1, failed: 1, events: 1 });
    });
  });

  test('end it exactly once when the others are deregistered', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 40);
      const { deployID } = await startTold(sql, fleet);

      const answers = await race(
        fleet.instances.map((id, index) => () => {
          if (index % 2) return sql.call('deregister_instance', { service: fleet.service, id });
          return report(sql, fleet, id, { version: 'v2' });
        }),
      );

      expect(tokensOf(answers)).toEqual(['first']);
      expect(await countsOf(deployID)).toEqual({ size: 20, done: 20, failed: 0, events: 0 });
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('are of one mind with those same instances being deregistered', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 20);
      const { deployID } = await startTold(sql, fleet);
      const leaving = fleet.instances.slice(0, 10);

      const answers = await race(
        shuffle([
          ...fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })),
          ...leaving.map(id => () => sql.call('deregister_instance', { service: fleet.service, id })),
        ]),
      );

      expect(new Set(tokensOf(answers))).toEqual(new Set(['first']));
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });
});
