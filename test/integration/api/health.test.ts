import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Faults, startFaults } from '../../support/faults.ts';
import { createFleet } from '../../support/fleet.ts';
import { type Release, whenReleased } from '../../support/release.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

let faults: Faults;
let runtime: TestRuntime;
let api: Api;
beforeAll(async () => {
  faults = await startFaults();
  runtime = await startTestRuntime({ faults, settings: { reportFastSeconds: 60, reportSlowSeconds: 60 } });
  api = checkApi(runtime.api);
});
afterAll(() => runtime.stop());

interface Health {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly reconciler: { readonly lastRunTime: string; readonly lagSeconds: number };
  readonly [member: string]: unknown;
}

async function readHealth(): Promise<Health> {
  const { status, body } = await api('GET', '/health');
  expect(status).toBe(200);
  return body as Health;
}

test('health is ok while nothing lies about, and says what is measured', async () => {
  await runtime.invoke('Reconcile', {});

  const health = await readHealth();

  const migrations = readdirSync(new URL('../../../migrations', import.meta.url)).filter(name => name.endsWith('.sql'));
  expect(health).toEqual({
    status: 'ok',
    reasons: [],
    time: expect.any(String),
    database: { version: expect.stringMatching(/^1\d\.\d+$/), schema: migrations.sort().at(-1)?.replace('.sql', '') },
    reconciler: { lastRunTime: expect.any(String), lagSeconds: expect.any(Number) },
    reportsPerSecond: 0,
    unsentSignals: 0,
    unpublishedChanges: 0,
    activeDeployments: 0,
    stuckDeployments: 0,
  });
});

test('health asks the database once', async () => {
  const before = faults.calls.length;

  await readHealth();

  expect(faults.calls.length - before).toBe(1);
});

test.each([
  [170, 'ok'],
  [190, 'degraded'],
])('health is, %s seconds after the reconciler ran, %s', async (seconds, status) => {
  await runtime.sql(`update control_plane set alive_time = now() - make_interval(secs => $1)`, [seconds]);

  const health = await readHealth();

  expect(health).toMatchObject({ status, reconciler: { lagSeconds: expect.closeTo(seconds, -1) } });
  expect(health.reasons).toEqual(
    status === 'ok' ? [] : [expect.stringMatching(/^The reconciler has not run for 1\d\d seconds\.$/)],
  );
  await runtime.invoke('Reconcile', {});
});

describe('health is degraded', () => {
  let release: Release;
  beforeAll(async () => {
    release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', { strategy: 'allAtOnce' });
  });
  afterAll(() => release.rollBack());

  const minuteAgo = `now() - interval '1 minute'`;

  test.each([
    [
      'a signal that was not sent',
      `insert into deploy_waits (deploy_id, number, kind, settle_time, token) values ($1, -1, 'batch', ${minuteAgo}, 'none')`,
      'delete from deploy_waits where deploy_id = $1 and number = -1',
      { unsentSignals: 1, reasons: ['Waits that ended and whose executions were not told: 1.'] },
    ],
    [
      'a change that was not published',
      `with old as (
         insert into deploy_events (deploy_id, type, time) values ($1, 'test', ${minuteAgo}) returning id, deploy_id
       ) insert into unpublished_changes select id, deploy_id from old`,
      `delete from deploy_events where deploy_id = $1 and type = 'test'`,
      { unpublishedChanges: 1, reasons: ['Changes of status that EventBridge was not told: 1.'] },
    ],
    [
      'a release whose executions keep ending',
      'update deploy_tasks set faults_in_a_row = 5 where id = $1',
      'update deploy_tasks set faults_in_a_row = 0 where id = $1',
      { stuckDeployments: 1, reasons: ['Deployments that do not go on by themselves: 1.'] },
    ],
  ])('by %s', async (_, begin, end, expected) => {
    await runtime.sql(begin, [release.id]);

    const health = await readHealth();

    await runtime.sql(end, [release.id]);
    expect(health).toMatchObject({ status: 'degraded', activeDeployments: 1, ...expected });
    expect(await readHealth()).toMatchObject({ status: 'ok', reasons: [] });
  });
});
