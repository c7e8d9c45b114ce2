import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusEventsOf, violationsOf } from '../../support/invariants.ts';
import {
  command,
  race,
  refusalsOf,
  repeat,
  shuffle,
  startBatch,
  storeFleet,
  times,
  tokensOf,
  waitingOf,
} from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

type Command = 'pause' | 'continue' | 'rollback';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

async function startDeploying(): Promise<string> {
  const { deployID } = await startBatch(sql, await storeFleet(sql, 2));
  return deployID;
}

async function startPaused(): Promise<string> {
  const deployID = await startDeploying();
  await command(sql, 'pause', deployID);
  await sql.call('wait_for_person', await waitingOf(sql, deployID, 'paused', new Date()));
  return deployID;
}

/** Sends each command eight times, all at once; answers what became of each kind. */
async function contend(deployID: string, names: readonly Command[]) {
  const sent = await race(
    shuffle(names.flatMap(name => times(8, async () => ({ name, answer: await command(sql, name, deployID) })))),
  );
  const of = (name: Command): Row[][] => sent.filter(end => end.name === name).map(({ answer }) => answer);
  return {
    tokens: tokensOf(sent.map(({ answer }) => answer)),
    taken: (name: Command) => of(name).length - refusalsOf(of(name)).length,
    /** The statuses that this command was refused with. */
    refusedBy: (name: Command) => [...new Set(refusalsOf(of(name)).map(({ status }) => status))],
    changes: (await statusEventsOf(sql, deployID)).map(({ to }) => to),
    violations: await violationsOf(sql, deployID),
  };
}

describe('commands at once', () => {
  test.each([
    { name: 'pause', start: startDeploying, status: 'paused', token: 'first' },
    { name: 'continue', start: startPaused, status: 'deploying', token: 'paused' },
    { name: 'rollback', start: startDeploying, status: 'rollingBack', token: 'first' },
  ] as const)(
    'of one kind: one $name is taken, the others are told what it made',
    async ({ name, start, status, token }) => {
      await repeat(5, async () => {
        const deployID = await start();

        const end = await contend(deployID, [name]);

        expect(end.taken(name)).toBe(1);
        expect(end.refusedBy(name)).toEqual([status]);
        expect(end.changes.at(-1)).toBe(status);
        expect(end.tokens).toEqual([token]);
        expect(end.violations).toEqual([]);
      });
    },
  );

  test('pause and rollback: the rollback is taken, a pause only before it', async () => {
    await repeat(9, async () => {
      const deployID = await startDeploying();

      const end = await contend(deployID, ['pause', 'rollback']);

      expect(end.taken('rollback')).toBe(1);
      expect(end.refusedBy('rollback')).toEqual(['rollingBack']);
      expect(end.changes).toEqual(['deploying', ...Array(end.taken('pause')).fill('paused'), 'rollingBack']);
      expect(['paused', 'rollingBack']).toEqual(expect.arrayContaining(end.refusedBy('pause')));
      expect(end.tokens).toEqual(['first']);
      expect(end.violations).toEqual([]);
    });
  });

  test('continue and rollback: the rollback is taken, a continue only before it', async () => {
    await repeat(9, async () => {
      const deployID = await startPaused();

      const end = await contend(deployID, ['continue', 'rollback']);

      expect(end.taken('rollback')).toBe(1);
      expect(end.changes.slice(2)).toEqual([...Array(end.taken('continue')).fill('deploying'), 'rollingBack']);
      expect(['deploying', 'rollingBack']).toEqual(expect.arrayContaining(end.refusedBy('continue')));
      expect(end.tokens).toEqual(['paused']);
      expect(end.violations).toEqual([]);
    });
  });

  test('pause and continue: each is taken in turn, and each that is taken changes the status', async () => {
    await repeat(9, async () => {
      const deployID = await startDeploying();

      const end = await contend(deployID, ['pause', 'continue']);

      const turns = end.taken('pause') + end.taken('continue');
      expect(end.changes).toHaveLength(1 + turns);
      expect(end.taken('pause') - end.taken('continue')).toBe(turns % 2);
      expect(['paused']).toEqual(expect.arrayContaining(end.refusedBy('pause')));
      expect(['deploying']).toEqual(expect.arrayContaining(end.refusedBy('continue')));
      expect(end.violations).toEqual([]);
    });
  });

  test('all three: never an illegal change, and the rollback is the last', async () => {
    await repeat(9, async () => {
      const deployID = await startDeploying();

      const end = await contend(deployID, ['pause', 'continue', 'rollback']);

      expect(end.taken('rollback')).toBe(1);
      expect(end.changes.at(-1)).toBe('rollingBack');
      expect(end.changes).toHaveLength(2 + end.taken('pause') + end.taken('continue'));
      expect(end.violations).toEqual([]);
    });
  });

  test('continue of a named wait ends that one, never a later one', async () => {
    await repeat(9, async () => {
      const deployID = await startPaused();
      const [row] = await sql.query<{ wait: number }>('select wait_number as wait from deploy_tasks where id = $1', [
        deployID,
      ]);
      const named = (index: number) =>
        sql.call('continue_deployment', {
          deployID,
          waitID: String(row?.wait),
          actor: {},
          operationID: `${deployID}-${index}`,
        });

      const answers = await race(shuffle([...times(8, named), ...times(8, () => command(sql, 'pause', deployID))]));

      const changes = (await statusEventsOf(sql, deployID)).map(({ to }) => to);
      expect(changes.filter(status => status === 'deploying')).toHaveLength(2);
      expect(refusalsOf(answers).every(({ code }) => code === 'statusConflict' || code === 'waitConflict')).toBe(true);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });
});
