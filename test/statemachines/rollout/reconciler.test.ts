import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, dieAfter, dieBefore, type Faults, hold, losing, startFaults } from '../../support/faults.ts';
import { createFleet } from '../../support/fleet.ts';
import { whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { executionsOf, stopExecution } from './executions.ts';
import { until, waits } from './journeys.ts';

let faults: Faults;
let runtime: TestRuntime;
beforeAll(async () => {
  faults = await startFaults();
  runtime = await startTestRuntime({ faults, settings: { reportFastSeconds: 60, reportSlowSeconds: 60 } });
});
afterAll(() => runtime.stop());

const allAtOnce = { strategy: 'allAtOnce' };
const oneByOne = { strategy: { type: 'rolling', batchSize: 1 } };
const soon = () => new Date(Date.now() + 50_000).toISOString();
const isByReconciler = ({ operation, by }: Call) => by?.task === 'Reconcile' && operation !== 'Invoke';

/** One release whose execution is gone, and one whose signal was not sent; both have a reconciler to wait for. */
async function givenWork() {
  const [stopped, unsent] = await Promise.all(
    ['v2', 'v3'].map(async version => {
      const release = await whenReleased(runtime.api, await createFleet(runtime.api, 2), version, oneByOne);
      await waits(runtime, release, 'batch', 0);
      await release.fleet.report('i001');
      return release;
    }),
  );
  if (!stopped || !unsent) throw new Error('unreachable');
  await stopExecution(runtime, 'rollout', stopped.id);
  await stopped.fleet.report('i001');
  await losing(
    faults,
    call => call.operation === 'SendTaskSuccess',
    () => unsent.fleet.report('i001'),
  );
  // As if it had been left lying for a while.
  await runtime.sql(`update deploy_waits set settle_time = settle_time - interval '2 seconds' where deploy_id = $1`, [
    unsent.id,
  ]);
  return [stopped, unsent] as const;
}

test('a reconciler that dies at any moment leaves the rest to the next', { timeout: 90_000 }, async () => {
  const clean = await givenWork();
  const before = faults.calls.length;
  await runtime.invoke('Reconcile', {});
  const calls = faults.calls.slice(before).filter(isByReconciler).length;
  for (const release of clean) await release.reaches('completed');
  const records = await Promise.all(clean.map(release => release.record()));

  for (let after = 0; after <= calls; after += 1) {
    const work = await givenWork();
    let seen = 0;
    const isMoment = (call: Call) => {
      if (!isByReconciler(call)) return false;
      seen += 1;
      return seen === Math.min(after + 1, calls);
    };
    faults.intercept(isMoment, after === calls ? dieAfter : dieBefore);
    await expect(runtime.invoke('Reconcile', {}), `dies after ${after} calls`).rejects.toThrow('Runtime.ExitError');
    await runtime.invoke('Reconcile', {});

    for (const release of work) await release.reaches('completed');
    expect(await Promise.all(work.map(release => release.record())), `died after ${after} calls`).toEqual(records);
  }
  expect(calls).toBeGreaterThan(4);
});

/** The reconciler has seen what is open, and learns late that an execution has ended. */
async function reconcileLate(meanwhile: () => Promise<unknown>): Promise<void> {
  const { act, held, release } = hold('before');
  faults.intercept(call => isByReconciler(call) && call.operation === 'StartExecution', act);
  const reconciled = runtime.invoke('Reconcile', {});
  await held;
  await meanwhile();
  release();
  await reconciled;
}

test('it starts nothing for a release that ended while it looked', async () => {
  const fleet = await createFleet(runtime.api, 1);
  const release = await whenReleased(runtime.api, fleet, 'v2', allAtOnce);
  await waits(runtime, release, 'batch', 0);

  await reconcileLate(async () => {
    await release.rollBack();
    await release.reaches('rolledBack');
  });

  const names = (await executionsOf(runtime, release.id)).map(({ name }) => name);
  expect(names.sort()).toEqual([`${release.id}-1`, `${release.id}-2`]);
});

test('it starts nothing for a release that was removed while it looked', async () => {
  const fleet = await createFleet(runtime.api, 1);
  const release = await whenReleased(runtime.api, fleet, 'v2', { ...allAtOnce, scheduleTime: soon() });
  await waits(runtime, release, 'schedule', null);
  const running = async () => (await executionsOf(runtime, release.id)).some(({ status }) => status === 'RUNNING');

  await reconcileLate(async () => {
    await release.remove();
    await until(async () => !(await running()), 'its execution ends');
  });

  expect((await executionsOf(runtime, release.id)).map(({ name }) => name)).toEqual([`${release.id}-1`]);
});

test('twice at once does no harm', async () => {
  const work = await givenWork();

  await Promise.all([1, 2, 3].map(() => runtime.invoke('Reconcile', {})));

  for (const release of work) await release.reaches('completed');
  const [stopped] = work;
  const replaced = (await stopped.events()).filter(({ type }) => type === 'executionReplaced');
  expect(replaced).toHaveLength(1);
});

test('a database that does not pause is looked at without asking Step Functions whether it is worth it', async () => {
  const before = faults.calls.length;

  await runtime.invoke('Reconcile', { 'detail-type': 'Scheduled Event', time: '2030-01-31T09:17:00Z' });

  const operations = faults.calls.slice(before).map(({ operation }) => operation);
  expect(operations).toContain('reconcile');
  expect(operations).not.toContain('ListExecutions');
});
