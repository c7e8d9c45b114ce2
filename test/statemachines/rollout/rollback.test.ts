import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFleet, type Fleet } from '../../support/fleet.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { waits } from './journeys.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ settings: { reportFastSeconds: 60, reportSlowSeconds: 60 } });
});
afterAll(() => runtime.stop());

/** The first two batches as they are after so many of their instances obeyed. */
async function updateFirst(release: Release): Promise<void> {
  await waits(runtime, release, 'batch', 0);
  await release.fleet.report('i001');
  await release.fleet.report('i001');
}

/** Four batches of one, each followed by what the strategy says. */
const oneByOne = (after: object, more: object = {}) => ({
  type: 'canary',
  steps: [25, 50, 75, 100].map(weight => ({ weight, ...after })),
  ...more,
});

/** A phase of a release in which a rollback may be asked for: how it is reached, and who was touched until then. */
interface Phase {
  readonly phase: string;
  readonly strategy: object;
  readonly touched: readonly string[];
  reach(release: Release, fleet: Fleet): Promise<void>;
}

const phases: readonly Phase[] = [
  {
    phase: 'in a batch that nobody was told of yet',
    strategy: oneByOne({}),
    touched: [],
    reach: release => waits(runtime, release, 'batch', 0),
  },
  {
    phase: 'in a batch under way',
    strategy: oneByOne({}),
    touched: ['i001', 'i002'],
    async reach(release, fleet) {
      await updateFirst(release);
      await waits(runtime, release, 'batch', 1);
      await fleet.report('i002');
    },
  },
  {
    phase: 'in a bake',
    strategy: oneByOne({ bakeSeconds: 3600 }),
    touched: ['i001'],
    async reach(release) {
      await updateFirst(release);
      await waits(runtime, release, 'bake', 0);
    },
  },
  {
    phase: 'at a gate',
    strategy: oneByOne({ gate: true }),
    touched: ['i001'],
    async reach(release) {
      await updateFirst(release);
      await waits(runtime, release, 'gate', 0);
    },
  },
  {
    phase: 'while it is paused',
    strategy: oneByOne({}),
    touched: ['i001', 'i002'],
    async reach(release, fleet) {
      await updateFirst(release);
      await waits(runtime, release, 'batch', 1);
      await fleet.report('i002');
      await release.pause();
      await waits(runtime, release, 'pause', 1);
    },
  },
  {
    phase: 'after a failure that paused it',
    strategy: oneByOne({}, { onFailure: 'pause' }),
    touched: ['i001', 'i002'],
    async reach(release, fleet) {
      await updateFirst(release);
      await waits(runtime, release, 'batch', 1);
      fleet.react = (name, version) => (name === 'i002' && version === 'v2' ? 'fail' : 'follow');
      await fleet.report('i002');
      await fleet.report('i002');
      await waits(runtime, release, 'failure', 1);
    },
  },
  {
    phase: 'after it completed',
    strategy: oneByOne({}),
    touched: ['i001', 'i002', 'i003', 'i004'],
    reach: release => release.reaches('completed'),
  },
];

describe.concurrent('a rollback undoes exactly the touched instances, last batch first', { timeout: 60_000 }, () => {
  test.for(phases)('asked for $phase', async ({ strategy, touched, reach }) => {
    const fleet = await givenFleet(runtime.api, 4);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
    await reach(release, fleet);

    const reply = await release.rollBack();
    await release.reaches('rolledBack');

    const undone = (await release.record()).filter(line => line.startsWith('batchUndone'));
    const states = await release.states();
    expect(reply.status).toBe(200);
    expect(fleet.versions()).toEqual(['v1', 'v1', 'v1', 'v1']);
    expect(Object.keys(states).filter(name => states[name] === 'undone')).toEqual(touched);
    expect(fleet.names.filter(name => fleet.toldOf(name).includes('v2'))).toEqual(touched);
    expect(undone).toEqual([...undone].sort().reverse());
    expect(undone.length).toBeGreaterThanOrEqual(touched.length);
    expect(await currentVersion(fleet)).toBe('v1');
  });
});

async function currentVersion({ service }: Fleet): Promise<unknown> {
  const [row] = await runtime.sql<{ current_version: string }>('select current_version from services where name = $1', [
    service,
  ]);
  return row?.current_version;
}

test('one that is being, or was, rolled back is not rolled back again', async () => {
  const fleet = await createFleet(runtime.api, 2);
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: 'allAtOnce' });
  await release.reaches('completed');
  await release.rollBack();

  const meanwhile = await release.rollBack();
  await release.reaches('rolledBack');
  const afterwards = await release.rollBack();

  expect([meanwhile.status, afterwards.status]).toEqual([409, 409]);
});

test('a first release has nothing to go back to: each instance gets the version it had', async () => {
  const fleet = await createFleet(runtime.api, 2);
  await fleet.report('i002', { version: 'v0' });
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: 'allAtOnce' });
  await release.reaches('completed');

  await release.rollBack();
  await release.reaches('rolledBack');

  expect(fleet.versions()).toEqual(['v1', 'v0']);
});

test('instances that could not come back make it fail and are named; tried again, it ends well', async () => {
  const fleet = await givenFleet(runtime.api, 3);
  const strategy = { type: 'rolling', batchSize: 1, batchTimeoutSeconds: 2 };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
  await release.reaches('completed');
  fleet.react = (name, version) => (name === 'i002' && version === 'v1' ? 'stay' : 'follow');

  await release.rollBack();
  await release.reaches('failed');
  const failed = await release.read();
  const versions = fleet.versions();
  fleet.react = () => 'follow';
  const again = await release.rollBack();
  await release.reaches('rolledBack');

  expect(failed.reason).toContain(fleet.idOf('i002'));
  expect(versions).toEqual(['v1', 'v2', 'v1']);
  expect(again.status).toBe(200);
  expect(fleet.versions()).toEqual(['v1', 'v1', 'v1']);
});

test('while paused, nobody new is told, however many reports come; who was told may finish', async () => {
  const fleet = await givenFleet(runtime.api, 4);
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 2 } });
  await waits(runtime, release, 'batch', 0);
  await fleet.report('i001');
  await release.pause();

  for (let round = 0; round < 30; round += 1) await fleet.reportAll();
  const states = await release.states();
  const told = fleet.names.filter(name => fleet.toldOf(name).includes('v2'));
  await release.continue();
  await release.reaches('completed');

  expect(told).toEqual(['i001']);
  expect(states).toEqual({ i001: 'updated', i002: 'pending', i003: 'pending', i004: 'pending' });
  expect(fleet.versions()).toEqual(['v2', 'v2', 'v2', 'v2']);
});

test('an instance that joins gets the old version until the release completes, then the new one, and goes back with it', async () => {
  const fleet = await givenFleet(runtime.api, 2);
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 1 } });
  await waits(runtime, release, 'batch', 0);

  const joined = await fleet.join(null);
  const during = fleet.toldOf(joined);
  await release.reaches('completed');
  await fleet.reportAll();
  const after = fleet.versionOf(joined);
  await release.rollBack();
  await release.reaches('rolledBack');

  expect(during).toEqual(['v1']);
  expect(after).toBe('v2');
  expect(fleet.versions()).toEqual(['v1', 'v1', 'v1']);
  expect(await release.states()).toEqual({ i001: 'undone', i002: 'undone', [joined]: 'undone' });
});
