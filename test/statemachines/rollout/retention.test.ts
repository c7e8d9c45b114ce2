import { afterAll, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import type { Look } from '#domain/analysis/look.ts';
import { completePolicy } from '#domain/analysis/policy.ts';
import { packCounts } from '#domain/analysis/samples.ts';
import { type RouteDefinition, routes } from '../../../functions/routes.ts';
import { checkApi } from '../../integration/api/checked-api.ts';
import { alertOf, deliver } from '../../support/alerts.ts';
import { type Call, type Faults, fail, startFaults } from '../../support/faults.ts';
import { createFleet, type Fleet, request } from '../../support/fleet.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';

const retentionDays = { events: 10, samples: 10, alerts: 20, states: 30, idempotencyKeys: 2, lostInstances: 5 };

let faults: Faults;
let runtime: TestRuntime;
let api: Api;
let output: MockInstance<typeof process.stdout.write>;
beforeAll(async () => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'INFO';
  output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  faults = await startFaults();
  const settings = { reportFastSeconds: 60, reportSlowSeconds: 60, retentionDays };
  runtime = await startTestRuntime({ faults, settings });
  api = checkApi(runtime.api);
});
afterAll(async () => {
  await runtime.stop();
  output.mockRestore();
});
beforeEach(() => runtime.sql(`update control_plane set up_since = now() - interval '30 days'`));

const allAtOnce = { strategy: 'allAtOnce' };
const isPrune = ({ operation }: Call) => operation === 'prune';

/** The reconciler runs, and the last time that it pruned is a while ago. */
async function prune(): Promise<void> {
  await runtime.sql(`update control_plane set prune_time = now() - interval '6 minutes'`);
  await runtime.invoke('Reconcile', {});
}

/** As if all deployments of a service so far had begun and ended so many days earlier. */
async function age({ service }: Fleet, days: number): Promise<void> {
  await runtime.sql(
    `update deploy_tasks set create_time = create_time - make_interval(days => $2), start_time = start_time - make_interval(days => $2),
         finish_time = finish_time - make_interval(days => $2)
       where service = $1`,
    [service, days],
  );
}

async function released(fleet: Fleet, version: string): Promise<Release> {
  const release = await whenReleased(runtime.api, fleet, version, allAtOnce);
  await release.reaches('completed');
  return release;
}

/** How much of its record there is. */
async function recordOf({ id }: Release): Promise<object> {
  const [counts] = await runtime.sql(
    `select (select count(*)::int from deploy_events where deploy_id = $1) > 0 as events,
         (select count(*)::int from deploy_waits where deploy_id = $1) > 0 as waits,
         (select count(*)::int from deploy_instances where deploy_id = $1) > 0 as instances`,
    [id],
  );
  return counts ?? {};
}

const whole = { events: true, waits: true, instances: true };
const gone = { events: false, waits: false, instances: false };

describe('the record of a deployment', () => {
  test('that ended long ago and was followed by another is removed', async () => {
    const fleet = await createFleet(runtime.api, 2);
    const first = await released(fleet, 'v2');
    await age(fleet, 3);
    const second = await released(fleet, 'v3');
    await age(fleet, 9);
    const latest = await released(fleet, 'v4');

    await prune();

    expect(await recordOf(first)).toEqual(gone);
    expect(await recordOf(second)).toEqual(whole);
    expect(await recordOf(latest)).toEqual(whole);
  });

  test('is removed with what fired, however much', async () => {
    const fleet = await createFleet(runtime.api, 1);
    const { service } = fleet;
    await deliver(runtime.api, ...Array.from({ length: 600 }, () => alertOf({ service })));
    const release = await released(fleet, 'v2');
    await age(fleet, 12);
    await released(fleet, 'v3');
    const fired = 'select count(*)::int from deploy_alerts where deploy_id = $1';
    const [before] = await runtime.sql<{ count: number }>(fired, [release.id]);

    await prune();

    const [after] = await runtime.sql<{ count: number }>(fired, [release.id]);
    await runtime.sql('delete from alerts');
    expect([before?.count, after?.count, await recordOf(release)]).toEqual([600, 0, gone]);
  });

  test('of a service that is gone is removed', async () => {
    const fleet = await createFleet(runtime.api, 1);
    const release = await released(fleet, 'v2');
    await request(runtime.api, 'DELETE', `/services/${fleet.service}`);
    await age(fleet, 12);

    await prune();

    expect(await recordOf(release)).toEqual(gone);
  });

  test('of the latest one is kept, however long ago: it can still be rolled back', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const first = await released(fleet, 'v2');
    const latest = await released(fleet, 'v3');
    await age(fleet, 700);

    await prune();
    const records = [await recordOf(first), await recordOf(latest)];
    await latest.rollBack();
    await latest.reaches('rolledBack');

    expect(records).toEqual([gone, whole]);
    expect(fleet.versions()).toEqual(['v2', 'v2']);
  });

  test('of a failed one that governs is kept, and it can be rolled back', async () => {
    const fleet = await givenFleet(runtime.api, 1);
    const release = await whenReleased(runtime.api, fleet, 'v2', allAtOnce);
    await release.reaches('completed');
    fleet.react = () => 'fail';
    await release.rollBack();
    await release.reaches('failed');
    await age(fleet, 700);

    await prune();
    const record = await recordOf(release);
    fleet.react = () => 'follow';
    await release.rollBack();
    await release.reaches('rolledBack');

    expect(record).toEqual(whole);
    expect(fleet.versions()).toEqual(['v1']);
  });

  test('that is gone is made anew when, the one after it rolled back, it is rolled back itself', async () => {
    const fleet = await givenFleet(runtime.api, 3);
    const first = await released(fleet, 'v2');
    await age(fleet, 12);
    const second = await released(fleet, 'v3');
    await prune();
    const record = await recordOf(first);
    await second.rollBack();
    await second.reaches('rolledBack');

    await first.rollBack();
    await first.reaches('rolledBack');

    expect(record).toEqual(gone);
    expect(fleet.versions()).toEqual(['v1', 'v1', 'v1']);
    expect((await first.read()).progress.total).toBe(3);
    expect(Object.values(await first.states())).toEqual(['undone', 'undone', 'undone']);
  });

  test('is removed in steps of 500 rows of each kind', async () => {
    const fleet = await createFleet(runtime.api, 1);
    const release = await released(fleet, 'v2');
    await age(fleet, 12);
    await released(fleet, 'v3');
    await runtime.sql(
      `insert into deploy_events (deploy_id, type) select $1, 'instanceFailed' from generate_series(1, 1200)`,
      [release.id],
    );
    const count = async () =>
      (
        await runtime.sql<{ count: number }>('select count(*)::int from deploy_events where deploy_id = $1', [
          release.id,
        ])
      )[0]?.count ?? 0;
    const before = await count();

    const steps: number[] = [];
    for (let step = 0; step < 4; step += 1) {
      await runtime.sql(`select prune($1)`, [{ days: retentionDays }]);
      steps.push(await count());
    }

    expect(steps).toEqual([before - 500, before - 1000, 0, 0]);
  });
});

test('what a deployment was judged from is removed some time after its end, in steps', async () => {
  const fleet = await createFleet(runtime.api, 1);
  const { id } = await released(fleet, 'v2');
  await age(fleet, 12);
  const { id: latest } = await released(fleet, 'v3');
  const look: Look = {
    ...{ verdict: 'pass', checks: [], queries: [], samples: 0, error: null, silence: null },
    window: { start: '2030-01-01T00:00:00.000Z', end: '2030-01-01T00:00:30.000Z' },
  };
  for (const of of [id, latest]) {
    await runtime.sql('update deploy_tasks set analysis = $2 where id = $1', [of, completePolicy(true)]);
    await runtime.sql(`insert into deploy_analyses (deploy_id) values ($1)`, [of]);
    await runtime.sql(
      `insert into deploy_samples (deploy_id, look, part, buckets, counts) select $1, look, 0, '[]', $2 from generate_series(0, 699) look`,
      [of, packCounts({ a: [1, 0, 1] })[0]],
    );
    await runtime.sql(
      `insert into deploy_looks (deploy_id, number, batch, verdict, facts) values ($1, 0, 0, 'pass', $2)`,
      [of, look],
    );
  }
  const read = async (of: string, list: string) =>
    (await api('GET', `/deployments/${of}/${list}`)).body as { items: object[]; isPruned?: true };

  await runtime.sql(`select prune($1)`, [{ days: retentionDays }]);
  const begun = await read(id, 'samples?limit=500');
  await prune();

  expect(begun).toMatchObject({ isPruned: true, items: { length: 200 } });
  expect(await read(id, 'samples')).toEqual({ grid: expect.anything(), isPruned: true, items: [] });
  expect(await read(id, 'looks')).toEqual({ items: [] });
  expect(await read(latest, 'samples?limit=500')).toMatchObject({ items: { length: 500 } });
  expect(await read(latest, 'samples')).not.toHaveProperty('isPruned');
  expect((await read(latest, 'looks')).items).toHaveLength(1);
});

async function keep(query: string): Promise<readonly string[]> {
  return (await runtime.sql<{ name: string }>(query)).map(({ name }) => name).sort();
}

test('states and alerts that were resolved long ago are removed; what is unresolved stays', async () => {
  const { service } = await createFleet(runtime.api, 1);
  const at = (days: number) => `now() - interval '${days} days'`;
  await runtime.sql(`insert into service_states (service_id, health, message, report_time, resolve_time)
    select id, 'error', message, ${at(99)}, resolve_time from services,
        (values ('old', ${at(31)}), ('new', ${at(29)}), ('open', null)) given (message, resolve_time)
      where name = '${service}'`);
  await runtime.sql(`insert into alerts (fingerprint, start_time, name, service, health, resolve_time)
    values ('old', ${at(99)}, 'a', '${service}', 'error', ${at(21)}), ('new', ${at(99)}, 'a', '${service}', 'error', ${at(19)}),
      ('open', ${at(99)}, 'a', '${service}', 'error', null)`);

  output.mockClear();
  await prune();

  const lines = output.mock.calls.map(([text]) => String(text)).filter(text => text.includes('"code":"pruned"'));
  expect(lines.map(line => JSON.parse(line))).toMatchObject([{ states: 1, alerts: 1, lostInstances: 0 }]);
  expect(await keep('select message as name from service_states')).toEqual(['new', 'open']);
  expect(await keep('select fingerprint as name from alerts')).toEqual(['new', 'open']);
  await runtime.sql('delete from alerts');
});

test('an Idempotency-Key counts anew once its time is over', async () => {
  const create = (key: string, name: string) => runtime.api('POST', '/services', { name }, { 'idempotency-key': key });
  await create('old', 'keyed-1');
  await create('new', 'keyed-2');
  await runtime.sql(
    `update idempotency_keys set create_time = now() - case key when 'old' then interval '49 hours' else interval '47 hours' end`,
  );

  await prune();

  expect((await create('old', 'keyed-1')).status).toBe(409);
  expect((await create('new', 'keyed-2')).status).toBe(201);
});

test('what requests without a key were answered goes after an hour, as fast as a fleet writes it', async () => {
  await runtime.sql('delete from idempotency_keys');
  await runtime.sql(`insert into idempotency_keys (key, fingerprint, answer, create_time)
    select key, '', '[]', now() - age from (
      select 'request old ' || n, interval '61 minutes' from generate_series(1, 15000) n
      union all values ('request new', interval '59 minutes'), ('request new plan', interval '59 minutes'), ('requested', interval '61 minutes')
    ) given (key, age)`);

  await prune();

  expect(await keep('select key as name from idempotency_keys')).toEqual([
    'request new',
    'request new plan',
    'requested',
  ]);
});

describe('an instance that is lost', () => {
  const silent = (fleet: Fleet, names: readonly string[], days: number) =>
    runtime.sql(`update service_instances set report_time = now() - make_interval(days => $2) where id = any ($1)`, [
      names.map(name => fleet.idOf(name)),
      days,
    ]);
  const known = (fleet: Fleet) =>
    keep(`select split_part(i.id, '.', 2) as name from service_instances i join services s on s.id = i.service_id
      where s.name = '${fleet.service}'`);

  test('for long is removed, and comes back with its next report', async () => {
    const fleet = await givenFleet(runtime.api, 3);
    await silent(fleet, ['i001'], 6);
    await silent(fleet, ['i002'], 4);

    await prune();
    const left = await known(fleet);
    await fleet.report('i001');

    expect(left).toEqual(['i002', 'i003']);
    expect(await known(fleet)).toEqual(['i001', 'i002', 'i003']);
  });

  test('stays while it is in the plan of an active release, and goes after that', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', allAtOnce);
    await silent(fleet, ['i001'], 6);

    await prune();
    const during = await known(fleet);
    await release.rollBack();
    fleet.silent.add('i001');
    await release.reaches('rolledBack');
    await prune();

    expect(during).toEqual(['i001', 'i002']);
    expect(await known(fleet)).toEqual(['i002']);
  });

  test('stays until the control plane has been up for an hour: it may not have been able to report', async () => {
    const fleet = await givenFleet(runtime.api, 1);
    await silent(fleet, ['i001'], 60);
    await runtime.sql(`update control_plane set up_since = now() - interval '50 minutes'`);

    await prune();

    expect(await known(fleet)).toEqual(['i001']);
    await fleet.report('i001');
  });
});

test('it is pruned every five minutes at most', async () => {
  await prune();
  const before = faults.calls.filter(isPrune).length;

  await runtime.invoke('Reconcile', {});

  expect(before).toBeGreaterThan(0);
  expect(faults.calls.filter(isPrune).length).toBe(before);
});

test('a failure to prune hinders nothing', async () => {
  await runtime.sql(`update control_plane set prune_time = now() - interval '6 minutes'`);
  const fails = faults.intercept(isPrune, fail);

  const answer = await runtime.invoke('Reconcile', {});

  await fails.happened;
  expect(answer).toMatchObject({ open: expect.any(Number) });
});

test('a pruned database still answers every question', async () => {
  const fleet = await givenFleet(runtime.api, 2);
  const first = await released(fleet, 'v2');
  await age(fleet, 12);
  await released(fleet, 'v3');
  await prune();
  const values: Readonly<Record<string, string>> = { service: fleet.service, deployID: first.id };
  // What Prometheus is asked is no question to the database.
  const questions = (Object.values(routes) as readonly RouteDefinition[]).filter(
    ({ method, needs }) => method === 'GET' && !needs.includes('prometheus'),
  );

  for (const { path } of questions) {
    const reply = await api(
      'GET',
      path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
    );
    expect(reply.status, path).toBe(200);
  }

  expect(await recordOf(first)).toEqual(gone);
  expect(await first.read()).toMatchObject({
    status: 'completed',
    progress: { total: 2, done: 2 },
    plan: { batches: [{ size: 2, state: 'done', instances: [] }] },
  });
});
