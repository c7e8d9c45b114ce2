import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { alertOf, deliver } from '../../support/alerts.ts';
import { type Call, type Faults, losing, startFaults } from '../../support/faults.ts';
import { createFleet } from '../../support/fleet.ts';
import { whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { stopExecution } from './executions.ts';
import { until, waits } from './journeys.ts';

let faults: Faults;
let runtime: TestRuntime;
beforeAll(async () => {
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  faults = await startFaults();
  runtime = await startTestRuntime({ faults, settings: { reportFastSeconds: 60, reportSlowSeconds: 60 } });
});
afterAll(() => runtime.stop());

const allAtOnce = { strategy: 'allAtOnce' };
const isSignal = ({ operation }: Call) => operation === 'SendTaskSuccess';
const isPut = ({ operation }: Call) => operation === 'PutEvents';

interface Line {
  readonly _aws: { readonly CloudWatchMetrics: readonly object[] };
  readonly environment: string;
  readonly [metric: string]: unknown;
}

/** The line of metrics that a run of the reconciler writes. */
async function reconcile(): Promise<Line> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await runtime.invoke('Reconcile', {});
    const lines = write.mock.calls.map(([text]) => String(text)).filter(text => text.startsWith('{"_aws"'));
    expect(lines).toHaveLength(1);
    return JSON.parse(lines[0] ?? '');
  } finally {
    write.mockRestore();
  }
}

/** As if so long had passed since the release's last event, and since whatever it waits for was due. */
async function age(deployID: string, seconds: number): Promise<void> {
  const by = [deployID, seconds];
  const ago = 'make_interval(secs => $2)';
  await runtime.sql(`update deploy_events set time = time - ${ago} where deploy_id = $1`, by);
  await runtime.sql(
    `update deploy_waits set deadline = deadline - ${ago}, settle_time = settle_time - ${ago} where deploy_id = $1`,
    by,
  );
  await runtime.sql(`update deploy_instances set due = due - ${ago} where deploy_id = $1`, by);
}

test('each run of the reconciler writes one line of metrics, told apart by environment alone', async () => {
  const line = await reconcile();

  expect(line._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'ServiceManager',
      Dimensions: [['environment']],
      Metrics: [
        { Name: 'UnsentSignals', Unit: 'Count' },
        { Name: 'UnpublishedChanges', Unit: 'Count' },
        { Name: 'ReconcilerLagSeconds', Unit: 'Seconds' },
        { Name: 'ReportsPerSecond', Unit: 'Count/Second' },
        { Name: 'ActiveDeployments', Unit: 'Count' },
        { Name: 'StuckDeployments', Unit: 'Count' },
        { Name: 'FailedDeployments', Unit: 'Count' },
      ],
    },
  ]);
  expect(line).toMatchObject({ environment: 'local', UnsentSignals: 0, UnpublishedChanges: 0, ActiveDeployments: 0 });
});

test('the lag is the time since the run before', async () => {
  await runtime.sql(`update control_plane set alive_time = now() - interval '200 seconds'`);

  const late = await reconcile();
  const next = await reconcile();

  expect(late['ReconcilerLagSeconds']).toBeCloseTo(200, -1);
  expect(next['ReconcilerLagSeconds']).toBeLessThan(5);
});

test('reports a second are those that were stored since they were last counted', { timeout: 40_000 }, async () => {
  const counts = 'select pg_stat_get_tuples_updated($1::regclass)::int as count';
  const counted = async () => (await runtime.sql<{ count: number }>(counts, ['service_instances']))[0]?.count ?? 0;
  const before = await counted();
  await runtime.sql('update control_plane set report_count = $1', [before]);
  const fleet = await createFleet(runtime.api, 20);
  for (let round = 0; round < 4; round += 1) await fleet.reportAll();
  // A session tells its counts within ten seconds of its last statement.
  await until(async () => (await counted()) >= before + 100, 'the reports are counted', 20);
  await runtime.sql(`update control_plane set report_count_time = now() - interval '50 seconds'`);

  const line = await reconcile();
  const early = await reconcile();

  expect(line['ReportsPerSecond']).toBeCloseTo(2, 1);
  expect(early['ReportsPerSecond']).toBe(line['ReportsPerSecond']);
});

test('reports are not counted backwards after PostgreSQL has forgotten its counts', async () => {
  await runtime.sql(`update control_plane set report_count = 1000000, report_count_time = now() - interval '1 minute'`);

  const line = await reconcile();

  expect(line['ReportsPerSecond']).toBe(0);
});

test('a signal and a change count as left lying after seconds, until they are sent', async () => {
  const release = await losing(
    faults,
    call => isSignal(call) || isPut(call),
    async () => {
      const made = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', allAtOnce);
      await waits(runtime, made, 'batch', 0);
      await made.pause();
      return made;
    },
  );
  const fresh = await reconcile();
  await age(release.id, 11);

  const stale = await losing(faults, call => isSignal(call) || isPut(call), reconcile);
  await reconcile();
  await until(async () => (await reconcile())['UnpublishedChanges'] === 0, 'all is published');

  expect(fresh).toMatchObject({ UnsentSignals: 0, UnpublishedChanges: 0 });
  expect(stale).toMatchObject({ UnsentSignals: 1, UnpublishedChanges: 2 });
  expect(await reconcile()).toMatchObject({ UnsentSignals: 0, UnpublishedChanges: 0 });
  await release.rollBack();
  await release.reaches('rolledBack');
});

describe('a stuck deployment is', () => {
  test('an active one in which nothing happened for five minutes beyond what it waits for', async () => {
    const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', allAtOnce);
    await waits(runtime, release, 'batch', 0);
    await age(release.id, 600 + 60 + 290);
    const waiting = await reconcile();
    await age(release.id, 20);

    const line = await reconcile();

    expect(waiting).toMatchObject({ ActiveDeployments: 1, StuckDeployments: 0 });
    expect(line).toMatchObject({ ActiveDeployments: 1, StuckDeployments: 1 });
    await release.rollBack();
    await release.reaches('rolledBack');
    expect(await reconcile()).toMatchObject({ ActiveDeployments: 0, StuckDeployments: 0 });
  });

  test('none that an instance still has time in', async () => {
    const strategy = { type: 'allAtOnce', batchTimeoutSeconds: 3600 };
    const fleet = await createFleet(runtime.api, 1);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
    await waits(runtime, release, 'batch', 0);
    await age(release.id, 3600 + 60 + 310);
    await runtime.sql(`update deploy_instances set due = now() + interval '1 second' where deploy_id = $1`, [
      release.id,
    ]);

    expect(await reconcile()).toMatchObject({ ActiveDeployments: 1, StuckDeployments: 0 });
    await release.rollBack();
    await release.reaches('rolledBack');
  });

  test('none that waits for a person', async () => {
    const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', allAtOnce);
    await release.pause();
    await waits(runtime, release, 'pause', null);
    await age(release.id, 86_400);

    expect(await reconcile()).toMatchObject({ ActiveDeployments: 1, StuckDeployments: 0 });
    await release.rollBack();
    await release.reaches('rolledBack');
  });

  test('one whose executions keep ending by faults', async () => {
    const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', allAtOnce);
    for (let fault = 1; fault <= 5; fault += 1) {
      await waits(runtime, release, 'batch', 0);
      await stopExecution(runtime, 'rollout', release.id);
      await reconcile();
    }

    expect(await reconcile()).toMatchObject({ ActiveDeployments: 1, StuckDeployments: 1 });
    await release.rollBack();
    await release.reaches('rolledBack');
  });

  test('a schedule that is long past and has nothing before it', async () => {
    const fleet = await createFleet(runtime.api, 1);
    const first = await whenReleased(runtime.api, fleet, 'v2', allAtOnce);
    const scheduleTime = new Date(Date.now() + 3_600_000).toISOString();
    const second = await whenReleased(runtime.api, fleet, 'v3', { ...allAtOnce, scheduleTime });
    await waits(runtime, second, 'schedule', null);
    await runtime.sql(`update deploy_tasks set schedule_time = now() - interval '6 minutes' where id = $1`, [
      second.id,
    ]);
    const behind = await reconcile();
    await runtime.sql(`update deploy_tasks set status = 'rolledBack' where id = $1`, [first.id]);

    const line = await reconcile();

    expect(behind['StuckDeployments']).toBe(0);
    expect(line['StuckDeployments']).toBe(1);
    await second.remove();
  });
});

describe('a failed deployment counts once', () => {
  /** As if everything before had been counted long ago. */
  beforeEach(() => runtime.sql(`update deploy_events set time = time - interval '1 hour'`));

  test.each([
    ['goes back', 'rollback', 'rolledBack'],
    ['stops', 'pause', 'paused'],
  ] as const)('when it %s by itself', async (_, onFailure, status) => {
    const fleet = await createFleet(runtime.api, 2, { react: (__, version) => (version === 'v2' ? 'fail' : 'follow') });
    const release = await whenReleased(runtime.api, fleet, 'v2', { ...allAtOnce, onFailure });
    await release.reaches(status);
    const atOnce = await reconcile();
    await runtime.sql(`update control_plane set judged_until = judged_until - interval '10 seconds'`);
    await age(release.id, 6);

    const line = await reconcile();
    const again = await reconcile();

    expect(atOnce['FailedDeployments']).toBe(0);
    expect(line['FailedDeployments']).toBe(1);
    expect(again['FailedDeployments']).toBe(0);
    await release.rollBack();
    await release.reaches('rolledBack');
  });

  test('when an alert stops it', async () => {
    const fleet = await createFleet(runtime.api, 1, { react: () => 'stay' });
    const release = await whenReleased(runtime.api, fleet, 'v2', allAtOnce);
    await deliver(runtime.api, alertOf({ service: fleet.service }));
    await release.reaches('paused');
    await runtime.sql(`update control_plane set judged_until = judged_until - interval '10 seconds'`);
    await age(release.id, 6);

    expect((await reconcile())['FailedDeployments']).toBe(1);
    await release.rollBack();
    fleet.react = () => 'follow';
    await release.reaches('rolledBack');
  });

  test('not when a person takes it back', async () => {
    const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', allAtOnce);
    await release.reaches('completed');
    await release.rollBack();
    await release.reaches('rolledBack');
    await runtime.sql(`update control_plane set judged_until = judged_until - interval '10 seconds'`);
    await age(release.id, 6);

    expect((await reconcile())['FailedDeployments']).toBe(0);
  });
});
