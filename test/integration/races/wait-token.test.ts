import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  command,
  decidedOf,
  race,
  repeat,
  report,
  shuffle,
  startBatch,
  startTold,
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

async function waitOf(deployID: string) {
  const [wait] = await sql.query<{ token: string | null; settled: boolean }>(
    `select w.token, w.settle_time is not null as settled
       from deploy_waits w join deploy_tasks d on d.id = w.deploy_id and d.wait_number = w.number where d.id = $1`,
    [deployID],
  );
  return wait;
}

/** Whose tokens the answers of `begin_batch` say are over: their tasks end their own waits. */
function overOnes(begun: readonly { token: string; rows: readonly Row[] }[]): string[] {
  return begun.filter(({ rows }) => rows[0]?.['over'] === true).map(({ token }) => token);
}

describe('a token stored while the last reports come', () => {
  test('is either told that it is over, or sent', async () => {
    await repeat(12, async () => {
      const fleet = await storeFleet(sql, 8);
      const { deployID } = await startTold(sql, fleet);
      const waiting = await waitingOf(sql, deployID, '', new Date());
      const begun: { token: string; rows: Row[] }[] = [];
      const enter = (retry: number) => async () => {
        const token = `token-${retry}`;
        const rows = await sql.call('begin_batch', { ...waiting, token, retry });
        begun.push({ token, rows });
        return rows;
      };

      const answers = await race(
        shuffle([
          ...fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })),
          ...times(6, async index => enter(index + 1)()),
        ]),
      );

      expect([...overOnes(begun), ...tokensOf(answers)]).toContain('token-6');
      expect(await waitOf(deployID)).toMatchObject({ settled: true });
    });
  });

  test('is either told that it is over, or sent, by a pause as well', async () => {
    await repeat(12, async () => {
      const fleet = await storeFleet(sql, 2);
      const { deployID } = await startTold(sql, fleet);
      const waiting = await waitingOf(sql, deployID, 'second', new Date());

      const [begun = [], paused = []] = await race([
        () => sql.call('begin_batch', waiting),
        () => command(sql, 'pause', deployID),
      ]);

      expect([...overOnes([{ token: 'second', rows: begun }]), ...tokensOf([paused])]).toContain('second');
    });
  });
});

describe('of the tokens of one wait', () => {
  test('the latest by (time entered, retry) stays, in whatever order they come', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 1);
      const { deployID } = await startBatch(sql, fleet);
      const given = Array.from({ length: 40 }, (_, index) => ({ second: index >> 2, retry: index & 3 }));

      await race(
        shuffle(given).map(({ second, retry }) => async () => {
          const token = `${second}.${retry}`;
          return sql.call('begin_batch', await waitingOf(sql, deployID, token, new Date(second * 1000), retry));
        }),
      );

      expect(await waitOf(deployID)).toEqual({ token: '9.3', settled: false });
    });
  });

  test('one of an earlier generation is refused, however late it was entered', async () => {
    await repeat(5, async () => {
      const fleet = await storeFleet(sql, 1);
      const { deployID } = await startBatch(sql, fleet);
      const old = await waitingOf(sql, deployID, 'old', new Date('2999-01-01'));
      await sql.call('next_generation', await decidedOf(sql, deployID));
      const living = await waitingOf(sql, deployID, 'living', new Date());

      const answers = await race(shuffle([old, old, living, old]).map(args => () => sql.call('begin_batch', args)));

      expect(answers.flat().filter(({ over }) => over === true)).toHaveLength(3);
      expect(await waitOf(deployID)).toEqual({ token: 'living', settled: false });
    });
  });
});

describe('a sender that clears what it sent', () => {
  test('leaves a newer token that took its place', async () => {
    await repeat(18, async () => {
      const fleet = await storeFleet(sql, 1);
      const { deployID } = await startBatch(sql, fleet);
      const sent = { deployID, number: 1, token: 'first' };
      const newer = await waitingOf(sql, deployID, 'newer', new Date());

      await race<Row[]>(
        shuffle([
          () => sql.call('begin_batch', newer),
          ...times(6, () => sql.call('clear_token', { signals: [sent] })),
        ]),
      );

      expect(await waitOf(deployID)).toEqual({ token: 'newer', settled: false });
    });
  });

  test('clears each of its own, and nothing of other waits', async () => {
    const releases = await race(times(10, async () => startBatch(sql, await storeFleet(sql, 1))));
    const sent = releases.slice(0, 5).map(({ deployID }) => ({ deployID, number: 1, token: 'first' }));

    await race(times(20, () => sql.call('clear_token', { signals: shuffle(sent) })));

    const waits = await race(
      releases.map(
        ({ deployID }) =>
          () =>
            waitOf(deployID),
      ),
    );
    expect(waits.map(wait => wait?.token ?? null)).toEqual([...Array(5).fill(null), ...Array(5).fill('first')]);
  });
});
