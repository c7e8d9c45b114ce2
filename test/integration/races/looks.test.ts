import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Look } from '../../../functions/domain/analysis/look.ts';
import { completePolicy } from '../../../functions/domain/analysis/policy.ts';
import { addLook, tallyOf } from '../../../functions/domain/analysis/tally.ts';
import { violationsOf } from '../../support/invariants.ts';
import {
  command,
  decidedOf,
  type Release,
  race,
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
  sql = await openSql(40);
});
afterAll(() => sql.close());

const policy = completePolicy({ interval: 10, initialDelay: 0, checks: [{ query: 'orders', min: 1 }] });

/** A release of two batches, the first of which bakes for a minute. */
async function startBake(): Promise<Release> {
  const fleet = await storeFleet(sql, 2);
  const release = await startTold(sql, fleet, { sizes: [1, 1], bakeSeconds: 60, analysis: policy });
  for (const id of fleet.instances.slice(0, 1)) await report(sql, fleet, id, { version: 'v2' });
  await sql.call('finish_batch', { ...(await decidedOf(sql, release.deployID)), batch: 0 });
  return release;
}

/** Lets so much of the release's time go by. */
function pass(deployID: string, seconds: number) {
  return sql.query(
    `with bake as (update deploy_batches set bake_due = bake_due - make_interval(secs => $2) where deploy_id = $1)
       update deploy_analyses set due = due - make_interval(secs => $2) where deploy_id = $1`,
    [deployID, seconds],
  );
}

async function readDue(deployID: string, generation = 1) {
  const rows = await sql.call('look_facts', { deployID, generation });
  return rows.find(({ row }) => row === 'look');
}

const facts: Look = {
  verdict: 'pass',
  checks: [{ check: 0, rule: 'orders at least 1', verdict: 'pass', value: 2, query: 'orders' }],
  ...{ queries: [], samples: 7, error: null, silence: null },
  window: { start: '2030-01-01T00:00:00Z', end: '2030-01-01T00:00:10Z' },
};

/** As whoever has read this look would store it. */
function lookOf(deployID: string, due: Readonly<Record<string, unknown>>, more: object = {}) {
  const { number, batch, isLast, tally } = due;
  return {
    ...{ deployID, generation: 1, number, batch, isLast, again: false, verdict: 'pass', facts, stored: Number(number) },
    tally: addLook(tallyOf(policy, Number(batch), (tally as null) ?? null), facts),
    samples: [{ look: Number(number), part: 0, buckets: [0.1, 1], counts: `counts ${number}` }],
    ...more,
  };
}

async function takeLook(deployID: string, more: object = {}) {
  const due = await readDue(deployID);
  if (!due) throw new Error('no look is due');
  await sql.call('store_look', lookOf(deployID, due, more));
}

async function stored(deployID: string) {
  const [analysis] = await sql.query<{ looks: number; rest: number | null; samples: string }>(
    `select a.looks, round(extract(epoch from a.due - release_clock(d)))::integer as rest, a.tally ->> 'samples' as samples
       from deploy_analyses a join deploy_tasks d on d.id = a.deploy_id where d.id = $1`,
    [deployID],
  );
  return analysis;
}

describe('a look', () => {
  test('is due once an interval of the bake has gone by, and then on', async () => {
    const { deployID } = await startBake();
    expect(await readDue(deployID)).toBeUndefined();

    await pass(deployID, 10);
    await takeLook(deployID);

    expect(await stored(deployID)).toMatchObject({ looks: 1, rest: 10 });
    expect(await readDue(deployID)).toBeUndefined();
  });

  test('is taken once, however many take it at once', async () => {
    await repeat(8, async () => {
      const { deployID } = await startBake();
      await pass(deployID, 10);
      const due = await readDue(deployID);

      await race(times(10, () => sql.call('store_look', lookOf(deployID, due ?? {}))));

      expect(await stored(deployID)).toMatchObject({ looks: 1, rest: 10, samples: '7' });
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('of an execution that another has taken over from is void', async () => {
    const { deployID } = await startBake();
    await pass(deployID, 10);
    const due = await readDue(deployID);
    await sql.call('next_generation', { deployID, generation: 1 });

    await sql.call('store_look', lookOf(deployID, due ?? {}));

    expect(await stored(deployID)).toMatchObject({ looks: 0 });
    expect(await readDue(deployID, 1)).toBeUndefined();
    expect(await readDue(deployID, 2)).toMatchObject({ number: 0 });
  });

  test('is not taken of a release that is paused or taken back meanwhile, and the time of a paused one stands still', async () => {
    const [paused, undone] = [await startBake(), await startBake()];
    for (const [{ deployID }, name] of [
      [paused, 'pause'],
      [undone, 'rollback'],
    ] as const) {
      await pass(deployID, 10);
      const due = await readDue(deployID);
      await command(sql, name, deployID);

      await sql.call('store_look', lookOf(deployID, due ?? {}));

      expect(await stored(deployID)).toMatchObject({ looks: 0 });
      expect(await readDue(deployID)).toBeUndefined();
    }
    await command(sql, 'continue', paused.deployID);
    expect(await readDue(paused.deployID)).toMatchObject({ number: 0 });
  });

  test('comes once after many were missed, in step with those before', async () => {
    const { deployID } = await startBake();

    await pass(deployID, 34);
    await takeLook(deployID);

    expect(await readDue(deployID)).toBeUndefined();
    expect(await stored(deployID)).toMatchObject({ looks: 1, rest: 6 });
  });

  test('is the last once the time of the bake is over, even where that one was missed for long', async () => {
    const { deployID } = await startBake();

    await pass(deployID, 75);
    await takeLook(deployID);

    expect(await stored(deployID)).toMatchObject({ looks: 1, rest: null });
  });

  test('is taken at the end of the bake, however near the one before was', async () => {
    const { deployID } = await startBake();
    await pass(deployID, 56);
    await takeLook(deployID);
    expect(await stored(deployID)).toMatchObject({ rest: 4 });

    await pass(deployID, 4);
    await takeLook(deployID);

    expect(await stored(deployID)).toMatchObject({ looks: 2, rest: null });
  });

  test('that had no answer when the bake was over is followed by another', async () => {
    const { deployID } = await startBake();

    await pass(deployID, 61);
    await takeLook(deployID, { again: true, verdict: 'providerError' });

    expect(await stored(deployID)).toMatchObject({ looks: 1, rest: 10 });
  });

  test('that comes late keeps counts that another has kept', async () => {
    const { deployID } = await startBake();
    await pass(deployID, 10);
    await takeLook(deployID, { samples: [{ look: 0, part: 0, buckets: [], counts: 'first' }], stored: 0 });
    await pass(deployID, 10);

    await takeLook(deployID, { samples: [{ look: 0, part: 0, buckets: [], counts: 'second' }], stored: 0 });

    expect(await sql.query('select counts from deploy_samples where deploy_id = $1', [deployID])).toEqual([
      { counts: 'first' },
    ]);
  });
});

describe('a bake that is judged', () => {
  const finishBake = async ({ deployID }: Release) =>
    sql.call('finish_bake', { ...(await decidedOf(sql, deployID)), batch: 0 });
  const stateOf = async ({ deployID }: Release) =>
    (await sql.query('select state from deploy_batches where deploy_id = $1 and index = 0', [deployID]))[0]?.['state'];

  test('does not end while a look is due, though its time is over', async () => {
    const release = await startBake();
    await pass(release.deployID, 61);

    await finishBake(release);
    expect(await stateOf(release)).toBe('baking');

    await takeLook(release.deployID);
    await finishBake(release);
    expect(await stateOf(release)).toBe('done');
  });

  test('does not end by a decision that did not know its last look', async () => {
    const release = await startBake();
    await pass(release.deployID, 61);
    const before = await decidedOf(sql, release.deployID);
    await takeLook(release.deployID, { verdict: 'fail' });

    await sql.call('finish_bake', { ...before, batch: 0 });

    expect(await stateOf(release)).toBe('baking');
  });

  test('whatever happens at once, no look is lost or counted twice', async () => {
    await repeat(12, async () => {
      const release = await startBake();
      const { deployID } = release;
      await pass(deployID, 10);
      const due = (await readDue(deployID)) ?? {};
      const decided = await decidedOf(sql, deployID);

      await race<unknown>(
        shuffle([
          ...times(4, () => sql.call('store_look', lookOf(deployID, due))),
          () => sql.call('next_generation', { deployID, generation: 1 }),
          () => command(sql, 'pause', deployID),
          () => sql.call('hold_deployment', { ...decided, kind: 'analysis', batch: 0, reason: 'r' }),
          () => sql.call('finish_bake', { ...decided, batch: 0 }),
          () => report(sql, release.fleet, release.fleet.instances[0] ?? '', { version: 'v2', health: 'error' }),
        ]),
      );

      expect(await violationsOf(sql, deployID)).toEqual([]);
      expect((await stored(deployID))?.looks).toBeLessThanOrEqual(1);
    });
  });
});
