import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/invariants.ts';
import {
  ACTOR,
  command,
  decidedOf,
  deploymentOf,
  race,
  repeat,
  report,
  shuffle,
  startBatch,
  startRelease,
  startTold,
  storeFleet,
  times,
  tokensOf,
  uniqueName,
  waitingOf,
} from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

/** Later than any release begins. */
const startTime = '2100-01-01T00:00:00Z';

const alertOn = (service: string, more: object = {}) => ({
  fingerprint: uniqueName('alert'),
  startTime,
  name: 'HighErrors',
  service,
  health: 'error',
  labels: {},
  ...more,
});

const deliver = (...alerts: readonly object[]) => sql.call('receive_alerts', { alerts, actor: ACTOR });

const reportState = (service: string, health: string) =>
  sql.call('report_state', { service, health, correlationId: 'c', actor: ACTOR });

interface Fired {
  readonly state: string;
  readonly health: string;
  readonly path: readonly string[];
}

const firedIn = (deployID: string) =>
  sql.query<Fired & Row>('select state, health, path from deploy_alerts where deploy_id = $1', [deployID]);

async function statusOf(deployID: string): Promise<string | undefined> {
  const [row] = await sql.query<{ status: string }>('select status from deploy_tasks where id = $1', [deployID]);
  return row?.status;
}

/** Services of a graph, each with what it depends on. */
async function storeGraph(deps: Readonly<Record<string, readonly string[]>>): Promise<void> {
  await sql.query(
    `insert into services (name, deps)
       select key, array(select jsonb_array_elements_text(value)) from jsonb_each($1::jsonb)
       on conflict (name) do update set deps = excluded.deps`,
    [JSON.stringify(deps)],
  );
}

/** Twenty layers of so many services, each of which depends on so many of the layer below, and all at last on one. */
async function storeLayers(service: string, width: number, deps: number) {
  const name = (layer: number, at: number) => (layer === 0 ? service : `${service}-${layer}-${at % width}`);
  const layers = Array.from({ length: 20 }, (_, layer) => layer + 1);
  const below = (layer: number, at: number) => Array.from({ length: deps }, (_, dep) => name(layer - 1, at + 7 * dep));
  await storeGraph(
    Object.fromEntries(
      layers.flatMap(layer =>
        Array.from({ length: width }, (_, at) => [name(layer, at), [...new Set(below(layer, at))]]),
      ),
    ),
  );
  return name;
}

describe('an alert', () => {
  test('delivered by many at once ends the wait once', async () => {
    await repeat(10, async () => {
      const fleet = await storeFleet(sql, 2);
      const { deployID } = await startBatch(sql, fleet);
      const one = alertOn(fleet.service);

      const answers = await race(
        shuffle([
          ...times(25, () => deliver(one)),
          ...times(25, () => deliver({ ...one, resolveTime: '2100-01-01T00:01:00Z' })),
        ]),
      );

      expect(tokensOf(answers)).toEqual(['first']);
      expect(await firedIn(deployID)).toMatchObject([{ state: 'open' }]);
      expect(await violationsOf(sql, deployID)).toEqual([]);
    });
  });

  test('that comes as a release begins is found by it, or finds it', async () => {
    const seen = new Set<string>();
    await repeat(150, async () => {
      const { service } = await storeFleet(sql, 1);
      const asked = deploymentOf(service, 'v2');

      await race(shuffle([() => sql.call('create_deployment', asked), () => deliver(alertOn(service))]));

      const [fired, ...others] = await firedIn(asked.id);
      expect(others).toEqual([]);
      expect(fired?.state).toMatch(/^(baseline|open)$/);
      seen.add(fired?.state ?? '');
    });
    expect([...seen].sort()).toEqual(['baseline', 'open']);
  });

  test('that comes as a release completes holds it, or is too late', async () => {
    await repeat(40, async () => {
      const fleet = await storeFleet(sql, 1);
      const { deployID } = await startTold(sql, fleet);
      await race(fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })));
      await sql.call('finish_batch', { ...(await decidedOf(sql, deployID)), batch: 0 });
      const decided = { ...(await decidedOf(sql, deployID)), reason: 'instances: 1' };

      await race(shuffle([() => sql.call('complete_deployment', decided), () => deliver(alertOn(fleet.service))]));

      const fired = (await firedIn(deployID)).map(({ state }) => state);
      expect([await statusOf(deployID), fired]).toEqual(
        fired.length === 0 ? ['completed', []] : ['deploying', ['open']],
      );
    });
  });

  test('that comes as a task begins to wait ends that wait', async () => {
    await repeat(40, async () => {
      const fleet = await storeFleet(sql, 1);
      const { deployID } = await startRelease(sql, fleet);
      const waiting = await waitingOf(sql, deployID, 'first', new Date());

      const [waits = [], fires = []] = await race([
        () => sql.call('begin_batch', waiting),
        () => deliver(alertOn(fleet.service)),
      ]);

      expect(waits[0]?.['over'] === true || tokensOf([fires]).length === 1).toBe(true);
    });
  });

  test('on services that depend on each other waits for nobody in a circle, whatever else goes on', async () => {
    await repeat(4, async () => {
      const fleets = [await storeFleet(sql, 4), await storeFleet(sql, 4), await storeFleet(sql, 4)];
      const names = fleets.map(({ service }) => service);
      const [a = '', b = '', c = ''] = names;
      await storeGraph({ [b]: [a], [c]: [b, a] });
      const releases = await Promise.all(fleets.map(fleet => startTold(sql, fleet, { sizes: [2, 2] })));

      await race(
        shuffle([
          ...times(60, at =>
            deliver(...shuffle(names.map(name => alertOn(name, { fingerprint: `${name}-${at % 30}` })))),
          ),
          ...times(15, at => reportState(names[at % 3] ?? '', at % 2 ? 'error' : 'normal')),
          ...times(6, at => sql.call('update_service', { name: c, deps: at % 2 ? [a] : [b, a] })),
          ...releases.flatMap(({ deployID, fleet }) => [
            () => command(sql, 'pause', deployID),
            () => command(sql, 'continue', deployID),
            () => command(sql, 'rollback', deployID),
            ...fleet.instances.map(id => () => report(sql, fleet, id, { version: 'v2' })),
          ]),
        ]),
      );

      for (const { deployID } of releases) expect(await violationsOf(sql, deployID)).toEqual([]);
      const events = await sql.query(
        `select deploy_id from deploy_events where type in ('alertFired', 'stateReported') and deploy_id = any ($1)`,
        [releases.map(({ deployID }) => deployID)],
      );
      const rows = await sql.query('select deploy_id from deploy_alerts where deploy_id = any ($1)', [
        releases.map(({ deployID }) => deployID),
      ]);
      expect(events).toHaveLength(rows.length);
      expect(rows.length).toBeGreaterThanOrEqual(90);
    });
  });
});

describe('the way from an alert to a release', () => {
  test('is the shortest, and of equally short ones always the same', async () => {
    const { service } = await storeFleet(sql, 1);
    const name = (short: string) => `${service}-${short}`;
    const names = (...short: readonly string[]) => short.map(name);
    await storeGraph({
      [name('b1')]: [service],
      [name('b2')]: [service],
      [name('long')]: names('b1'),
      [name('top')]: ['nobody-knows-it', ...names('long', 'b2', 'b1')],
    });
    const { deployID } = await startBatch(sql, await storeFleet(sql, 1));
    const asked = deploymentOf(service, 'v2');
    await sql.call('create_deployment', asked);

    await deliver(alertOn(name('top')), alertOn('nobody-knows-it'));

    expect(await firedIn(asked.id)).toMatchObject([{ path: [name('top'), name('b1'), service] }]);
    expect(await firedIn(deployID)).toEqual([]);
  });

  test('is found in no time in a graph with more paths than could be counted', async () => {
    const { service } = await storeFleet(sql, 1);
    const name = await storeLayers(service, 30, 30);
    const asked = deploymentOf(service, 'v2');
    await sql.call('create_deployment', asked);

    const begin = performance.now();
    await deliver(...Array.from({ length: 10 }, (_, at) => alertOn(name(20, at))));
    const seconds = (performance.now() - begin) / 1000;

    const fired = await firedIn(asked.id);
    expect(fired).toHaveLength(10);
    expect(new Set(fired.map(({ path }) => path.length))).toEqual(new Set([21]));
    expect(seconds).toBeLessThan(2);
  });

  test('is found from all services of a large graph at once in no time', async () => {
    const base = uniqueName('base');
    const name = await storeLayers(base, 100, 5);
    const origins = Array.from({ length: 2000 }, (_, at) => name(1 + (at % 20), Math.floor(at / 20)));

    const begin = performance.now();
    const found = await sql.query('select path from dependency_paths($1, $2)', [origins, [base]]);
    const seconds = (performance.now() - begin) / 1000;

    expect(found).toHaveLength(2000);
    expect(seconds).toBeLessThan(2);
  });

  test('is the same whether it is looked for from the alert or from the release', async () => {
    const { service } = await storeFleet(sql, 1);
    const name = await storeLayers(service, 5, 3);
    const [top, bottom] = [name(20, 0), name(1, 0)];
    const find = (origins: readonly string[], targets: readonly string[]) =>
      sql.query<{ path: string[] }>(
        'select path from dependency_paths($1, $2) where origin = $3 and target = $4 order by 1',
        [origins, targets, top, service],
      );

    const [forward, backward] = [await find([top], [service, bottom]), await find([top, bottom], [service])];

    expect(forward).toHaveLength(1);
    expect(forward[0]?.path).toHaveLength(21);
    expect(backward).toEqual(forward);
  });

  test('is found from one alert to many releases in no time', async () => {
    const releases = Array.from({ length: 100 }, () => uniqueName('released'));
    const base = uniqueName('base');
    const name = await storeLayers(base, 100, 5);
    await storeGraph({ [base]: releases });

    const begin = performance.now();
    const found = await sql.query('select path from dependency_paths($1, $2)', [[name(20, 0)], releases]);
    const seconds = (performance.now() - begin) / 1000;

    expect(found).toHaveLength(100);
    expect(seconds).toBeLessThan(2);
  });
});
