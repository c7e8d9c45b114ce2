import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BusEvent } from '../../../infra/local/event-bus/event-bus.ts';
import {
  type Act,
  type Call,
  dieAfter,
  dieBefore,
  type Faults,
  fail,
  losing,
  startFaults,
} from '../../support/faults.ts';
import { createFleet, newName, request } from '../../support/fleet.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { executionsOf } from './executions.ts';
import { type Journey, oneAfterAnother, thereAndBack, until, waits } from './journeys.ts';

let faults: Faults;
let runtime: TestRuntime;
const published: BusEvent[] = [];
beforeAll(async () => {
  faults = await startFaults();
  const settings = { reportFastSeconds: 60, reportSlowSeconds: 60 };
  runtime = await startTestRuntime({ faults, settings, onEvent: event => published.push(event) });
});
afterAll(() => runtime.stop());
/** The whole process: what one test leaves lying would be published in another. */
afterEach(() => runtime.sql('delete from unpublished_changes'));

const allAtOnce = { strategy: 'allAtOnce' };
const soon = () => new Date(Date.now() + 50_000).toISOString();
const longPast = '2020-01-01T00:00:00Z';

interface Change {
  readonly from?: string;
  readonly to: string;
  readonly eventID: string;
  readonly service: string;
}

/** What was published about a service, told from the first to the last. */
function changesOf(service: string): readonly Change[] {
  const changes = published.map(({ detail }) => detail as unknown as Change);
  return changes.filter(change => change.service === service).toSorted((a, b) => Number(a.eventID) - Number(b.eventID));
}

const write = ({ from = '', to }: { from?: string; to: string }) => `${from} → ${to}`;

/** Every change of status in the service's record, in order. */
async function recordOf(service: string): Promise<readonly Change[]> {
  return runtime.sql<Change>(
    `select e.id::text as "eventID", e.from_status as "from", e.to_status as to, d.service
       from deploy_events e join deploy_tasks d on d.id = e.deploy_id
       where d.service = $1 and e.to_status is not null order by e.id`,
    [service],
  );
}

async function isAllPublished(service: string): Promise<boolean> {
  const query = 'select from unpublished_changes u join deploy_tasks d on d.id = u.deploy_id where d.service = $1';
  return (await runtime.sql(query, [service])).length === 0;
}

const whenAllPublished = (service: string) => until(() => isAllPublished(service), `${service} is published`, 10);

/** As if those who should have published had died a while ago. */
async function letTimePass(): Promise<void> {
  await runtime.sql(`update deploy_events set time = time - interval '11 seconds'
    where id in (select event_id from unpublished_changes)`);
}

/** By a person: paused, continued, completed, rolled back, and not everyone returns. */
const byAPerson: Journey = async (_, service) => {
  const react = (__: string, version: string) => (version === 'v1' ? 'fail' : 'follow');
  const fleet = await createFleet(runtime.api, 2, { service, react, version: 'v1' });
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 1 } });
  await release.pause();
  await release.continue();
  await release.reaches('completed');
  await release.rollBack();
  await release.reaches('failed');
  await release.rollBack();
  fleet.react = () => 'follow';
  await release.reaches('rolledBack');
  return [];
};

describe.each<[string, Journey, readonly string[]]>([
  [
    'there and back',
    thereAndBack,
    [
      ' → scheduled',
      'scheduled → deploying',
      'deploying → paused',
      'paused → deploying',
      'deploying → rollingBack',
      'rollingBack → rolledBack',
    ],
  ],
  [
    'one release after another',
    oneAfterAnother,
    [' → deploying', ' → scheduled', 'deploying → completed', 'scheduled → deploying', 'deploying → completed'],
  ],
  [
    'by a person',
    byAPerson,
    [
      ' → deploying',
      'deploying → paused',
      'paused → deploying',
      'deploying → completed',
      'completed → rollingBack',
      'rollingBack → failed',
      'failed → rollingBack',
      'rollingBack → rolledBack',
    ],
  ],
])('of a journey %s', (_, journey, expected) => {
  test('every change of status is published once, without the reconciler', { timeout: 60_000 }, async () => {
    const service = newName();

    await journey(runtime, service);
    await whenAllPublished(service);

    expect(changesOf(service).map(write)).toEqual(expected);
  });
});

test('an event says which deployment changed, from what to what, when, why and by whom', async () => {
  const service = newName();
  const fleet = await createFleet(runtime.api, 1, { service });
  const release = await whenReleased(runtime.api, fleet, 'v2', allAtOnce);
  await request(runtime.api, 'POST', `/deployments/${release.id}/pause`, { reason: 'lunch' });
  await whenAllPublished(service);

  const [event] = published.filter(({ detail }) => detail['service'] === service && detail['to'] === 'paused');

  const [stored] = (await release.events()).filter(({ to }) => to === 'paused') as { id?: string; time?: string }[];
  expect(event).toEqual({
    version: '0',
    id: expect.any(String),
    source: 'service-manager',
    'detail-type': 'Deployment Status Change',
    account: runtime.place.accountID,
    region: runtime.place.region,
    time: `${stored?.time?.slice(0, 19)}Z`,
    resources: [],
    detail: {
      environment: 'local',
      eventID: stored?.id,
      deployID: release.id,
      service,
      version: 'v2',
      from: 'deploying',
      to: 'paused',
      time: stored?.time,
      reason: 'lunch',
      actor: { name: 'anonymous', role: 'admin' },
    },
  });
  await release.rollBack();
});

test('a schedule that cannot start is published as failed', async () => {
  const fleet = await givenFleet(runtime.api, 1);
  const release = await whenReleased(runtime.api, fleet, 'v2', { ...allAtOnce, scheduleTime: soon() });
  await (await whenReleased(runtime.api, fleet, 'v2', allAtOnce)).reaches('completed');

  await release.change({ scheduleTime: longPast });
  await release.reaches('failed');
  await whenAllPublished(fleet.service);

  expect(changesOf(fleet.service).map(write).at(-1)).toBe('scheduled → failed');
});

const isPutOf = (service: string) => (call: Call) =>
  call.operation === 'PutEvents' && JSON.stringify(call.input).includes(service);

async function whenCompleted(service: string): Promise<Release> {
  const release = await whenReleased(runtime.api, await createFleet(runtime.api, 1, { service }), 'v2', allAtOnce);
  await release.reaches('completed');
  return release;
}

/** A release that completed while EventBridge was away; who publishes now is the reconciler. */
async function givenUnpublished(service: string): Promise<Release> {
  const release = await losing(faults, isPutOf(service), async () => {
    const completed = await whenCompleted(service);
    const running = async () => (await executionsOf(runtime, completed.id)).some(({ status }) => status === 'RUNNING');
    await until(async () => !(await running()), 'its execution has ended');
    return completed;
  });
  await letTimePass();
  return release;
}

test('while EventBridge is away releases go on, and the reconciler publishes what was left', async () => {
  const service = newName();
  await givenUnpublished(service);

  await losing(faults, isPutOf(service), () => runtime.invoke('Reconcile', {}));
  const meanwhile = changesOf(service);
  await runtime.invoke('Reconcile', {});

  expect(meanwhile).toEqual([]);
  expect(changesOf(service).map(write)).toEqual([' → deploying', 'deploying → completed']);
  expect(await isAllPublished(service)).toBe(true);
});

test('an EventBridge that never answers holds a release up for a few seconds only', async () => {
  const service = newName();
  const hangs = faults.intercept(isPutOf(service), () => new Promise(() => undefined), Number.POSITIVE_INFINITY);

  await whenCompleted(service);

  expect(await isAllPublished(service)).toBe(false);
  hangs.stop();
});

/** Of a request's entries the first is refused; none arrives. */
const refuseFirst: Act = async ({ input }) => {
  const [first, ...others] = input['Entries'] as readonly object[];
  const refused = first ? [{ ErrorCode: 'InternalFailure', ErrorMessage: 'Something went wrong.' }] : [];
  const body = { FailedEntryCount: 1, Entries: [...refused, ...others.map((_, index) => ({ EventId: `e-${index}` }))] };
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
};

test('an entry that EventBridge refuses by itself is published again, those it took are not', async () => {
  const service = newName();
  await givenUnpublished(service);
  const refusing = faults.intercept(isPutOf(service), refuseFirst);

  await runtime.invoke('Reconcile', {});
  await refusing.happened;
  const meanwhile = changesOf(service);
  await runtime.invoke('Reconcile', {});

  expect(meanwhile).toEqual([]);
  expect(changesOf(service).map(write)).toEqual([' → deploying']);
  expect(await isAllPublished(service)).toBe(true);
});

test('more changes than one request takes are published all', async () => {
  const service = newName();
  const release = await givenUnpublished(service);
  await runtime.sql(
    `select add_event($1, 'paused', system_actor(), 'deploying', 'paused') from generate_series(1, 120)`,
    [release.id],
  );
  await letTimePass();

  await runtime.invoke('Reconcile', {});

  expect(changesOf(service).map(({ eventID }) => eventID)).toEqual(
    (await recordOf(service)).map(({ eventID }) => eventID),
  );
  expect(changesOf(service)).toHaveLength(122);
});

test('however long their reasons, changes outgrow no row of the database, and all are published', async () => {
  const service = newName();
  const { id } = await givenUnpublished(service);
  await runtime.sql(
    `select add_event($1, 'paused', system_actor(), 'deploying', 'paused', reason => repeat(chr(1), 2000)) from generate_series(1, 60)`,
    [id],
  );
  await letTimePass();

  const [facts, ...left] = await runtime.sql<{ bytes: number; changes: number }>(
    `select octet_length(row::text) as bytes, jsonb_array_length(coalesce(row -> 'changes', row -> 'unpublished')) as changes
       from (select deployment_facts($1) as row union all select left_unpublished()) rows`,
    [id],
  );
  await runtime.invoke('Reconcile', {});

  expect(facts?.changes).toBeGreaterThan(2);
  expect(left.length).toBeGreaterThan(2);
  expect(Math.max(...[facts, ...left].map(row => row?.bytes ?? 0))).toBeLessThan(65_536);
  expect(changesOf(service)).toHaveLength(62);
});

const isForget = ({ operation, by }: Call) => operation === 'forget_changes' && by?.task === 'ChooseNext';

describe.each<[string, Act]>([
  ['before', dieBefore],
  ['after', dieAfter],
])('a task that dies %s', (_, die) => {
  test.each<[string, (service: string) => (call: Call) => boolean]>([
    ['publishing', isPutOf],
    ['forgetting what it published', () => isForget],
  ])('%s leaves it to the next look', async (__, isMoment) => {
    const service = newName();
    const death = faults.intercept(isMoment(service), die);

    await whenCompleted(service);
    await death.happened;
    await whenAllPublished(service);

    expect(new Set(changesOf(service).map(write))).toEqual(new Set([' → deploying', 'deploying → completed']));
  });
});

test('a change that could not be forgotten is published again under the same id', async () => {
  const service = newName();
  const forgets = faults.intercept(isForget, fail);

  await whenCompleted(service);
  await forgets.happened;
  await whenAllPublished(service);

  // Once more where the machine is so busy that EventBridge is not waited for.
  const [first, ...others] = changesOf(service);
  const again = others.filter(({ eventID }) => eventID === first?.eventID);
  expect(again.length).toBeGreaterThan(0);
  expect(again).toEqual(again.map(() => first));
  expect([first, ...others.slice(again.length)].map(change => change && write(change))).toEqual([
    ' → deploying',
    'deploying → completed',
  ]);
});

test('what was scheduled and removed before anyone published it is not published', async () => {
  const service = newName();
  const fleet = await createFleet(runtime.api, 1, { service });
  const release = await losing(faults, isPutOf(service), async () => {
    const scheduled = await whenReleased(runtime.api, fleet, 'v2', { ...allAtOnce, scheduleTime: soon() });
    await waits(runtime, scheduled, 'schedule', null);
    return scheduled;
  });

  await release.remove();
  await runtime.invoke('Reconcile', {});

  expect(changesOf(service)).toEqual([]);
});
