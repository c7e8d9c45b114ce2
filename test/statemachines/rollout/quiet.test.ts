import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Call, type Faults, losing, startFaults } from '../../support/faults.ts';
import { createFleet, request } from '../../support/fleet.ts';
import { whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { executionsOf, stopExecution } from './executions.ts';
import { until, waits } from './journeys.ts';

let faults: Faults;
let runtime: TestRuntime;
beforeAll(async () => {
  faults = await startFaults();
  const settings = { databasePauses: true, reportFastSeconds: 60, reportSlowSeconds: 60 };
  runtime = await startTestRuntime({ faults, settings });
});
afterAll(() => runtime.stop());
/** Hours ahead of whatever executions there were before. */
let now = Date.UTC(2100, 0, 1, 10, 17);
beforeEach(() => {
  now += 3_600_000;
});

/** What EventBridge sends by the clock. */
const minute = (at = now) => ({
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  time: rfc3339(at),
  detail: {},
});
const rfc3339 = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** What the reconciler asks of AWS, once each. */
async function askedBy(event: object): Promise<readonly string[]> {
  const before = faults.calls.length;
  await runtime.invoke('Reconcile', event);
  const asked = faults.calls
    .slice(before)
    .filter(({ by, operation }) => by?.task === 'Reconcile' && operation !== 'Invoke');
  return [...new Set(asked.map(({ operation }) => operation))];
}

/** A full hour would make it look anyway. */
const awayFromFullHour = () => (new Date().getUTCMinutes() === 0 ? 60_000 : 0);

const allAtOnce = { strategy: 'allAtOnce' };

async function givenRunning() {
  const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', allAtOnce);
  await waits(runtime, release, 'batch', 0);
  return release;
}

async function whenEnded(deployID: string): Promise<void> {
  const running = async () => (await executionsOf(runtime, deployID)).some(({ status }) => status === 'RUNNING');
  await until(async () => !(await running()), 'its executions have ended');
}

test('while nothing runs, the clock does not make it wake the database', async () => {
  expect(await runtime.invoke('Reconcile', minute())).toBeNull();
  expect(await askedBy(minute())).toEqual(['ListExecutions']);
});

test('once an hour it wakes the database all the same, without asking', async () => {
  const asked = await askedBy(minute(Date.UTC(2100, 0, 1, 12, 0)));

  expect(asked).toContain('reconcile');
  expect(asked).not.toContain('ListExecutions');
});

test('while an execution runs, it looks, and no more once that has ended', async () => {
  const release = await givenRunning();

  const during = await askedBy(minute());
  await release.reaches('completed');
  await whenEnded(release.id);

  expect(during).toEqual(['ListExecutions', 'reconcile', 'StartExecution']);
  expect(await askedBy(minute())).toEqual(['ListExecutions']);
});

test('an execution that succeeded a moment ago may have left something, too', async () => {
  const release = await givenRunning();
  await release.reaches('completed');
  await whenEnded(release.id);

  expect(await askedBy(minute(Date.now() + awayFromFullHour()))).toContain('reconcile');
});

test('an execution that failed since the last run is replaced', async () => {
  const release = await givenRunning();
  await stopExecution(runtime, 'rollout', release.id);
  await whenEnded(release.id);

  const asked = await askedBy(minute(Date.now() + awayFromFullHour()));

  expect(asked).toContain('next_generation');
  await release.reaches('completed');
});

test('a schedule whose execution failed is seen to, though its time is an hour away: nobody may look before', async () => {
  const scheduleTime = new Date(Date.now() + 3_600_000).toISOString();
  const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1), 'v2', { scheduleTime });
  await waits(runtime, release, 'schedule', null);
  await stopExecution(runtime, 'rollout', release.id);
  await whenEnded(release.id);

  const asked = await askedBy({ 'detail-type': 'Step Functions Execution Status Change', source: 'aws.states' });

  expect(asked).toContain('next_generation');
  await release.remove();
});

test.each([
  ['an execution that failed', { 'detail-type': 'Step Functions Execution Status Change', source: 'aws.states' }],
  ['a runtime that starts', { started: true }],
  ['somebody by hand', {}],
])('called by %s it looks at once, without asking', async (_, event) => {
  const asked = await askedBy(event);

  expect(asked).toContain('reconcile');
  expect(asked).not.toContain('ListExecutions');
});

test('when Step Functions cannot be asked, it looks', async () => {
  const isList = ({ operation }: Call) => operation === 'ListExecutions';

  const asked = await losing(faults, isList, () => askedBy(minute()));

  expect(asked).toContain('reconcile');
});

test('an instance is lost and health is ok though the reconciler looks once an hour', async () => {
  const fleet = await createFleet(runtime.api, 1);
  await runtime.sql(
    `update control_plane set up_since = now() - interval '5 hours', alive_time = now() - interval '59 minutes'`,
  );
  await runtime.sql(`update service_instances set report_time = now() - interval '10 minutes'`);

  const health = await request(runtime.api, 'GET', '/health');
  const { items } = (await request(runtime.api, 'GET', '/services')) as { items: { name: string; health: string }[] };

  expect(health).toMatchObject({ status: 'ok' });
  expect(items.find(({ name }) => name === fleet.service)).toMatchObject({ health: 'warning' });
});

test('nobody is lost, and health is degraded, when it has not looked for longer than an hour', async () => {
  const fleet = await createFleet(runtime.api, 1);
  await runtime.sql(
    `update control_plane set up_since = now() - interval '5 hours', alive_time = now() - interval '67 minutes'`,
  );
  await runtime.sql(`update service_instances set report_time = now() - interval '10 minutes'`);

  const health = await request(runtime.api, 'GET', '/health');
  const { items } = (await request(runtime.api, 'GET', '/services')) as { items: { name: string; health: string }[] };

  expect(health).toMatchObject({ status: 'degraded' });
  expect(items.find(({ name }) => name === fleet.service)).toMatchObject({ health: 'normal' });
});
