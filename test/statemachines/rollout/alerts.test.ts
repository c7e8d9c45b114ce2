import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertOf, deliver, reportState } from '../../support/alerts.ts';
import { createFleet, type Fleet, newName, request } from '../../support/fleet.ts';
import { violationsOf } from '../../support/invariants.ts';
import { shuffle, times } from '../../support/races.ts';
import { type Release, type ReleaseOptions, whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { until, waits } from './journeys.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await startTestRuntime({ settings: { reportFastSeconds: 60, reportSlowSeconds: 60 } });
});
afterAll(() => runtime.stop());

const strategy = { type: 'rolling', batchSize: 1 };

/** A release of v2 whose first of two batches has been told, and does not obey yet. */
async function givenRelease(options: ReleaseOptions = {}, fleet?: Fleet): Promise<Release> {
  const released = fleet ?? (await createFleet(runtime.api, 2, { react: () => 'stay' }));
  const release = await whenReleased(runtime.api, released, 'v2', { strategy, ...options });
  await waits(runtime, release, 'batch', 0);
  await released.reportAll();
  return release;
}

/** Registers a service that depends on these. */
async function givenDependent(...deps: readonly string[]): Promise<string> {
  const name = newName();
  await request(runtime.api, 'POST', '/services', { name, deps });
  return name;
}

const isStatus = (release: Release, status: string) =>
  until(async () => (await release.read()).status === status, `it is ${status}`);

/** What the record says of alerts: why they act, or not. */
async function alertsIn(release: Release) {
  const events = await release.events();
  return events.filter(({ type }) => ['alertFired', 'stateReported'].includes(type)).map(({ reason }) => reason);
}

/** What the changelog says of it. */
async function changeOf({ fleet }: Release): Promise<object | undefined> {
  const { items } = (await request(runtime.api, 'GET', '/changelog/deployment')) as { items: { service: string }[] };
  return items.find(({ service }) => service === fleet.service);
}

/** How often it stopped, or went back, by itself. */
async function actsIn(release: Release) {
  const types = (await release.events()).map(({ type }) => type);
  return types.filter(type => ['pausedOnAlert', 'rollbackStarted'].includes(type));
}

describe.concurrent('an alert that fires during a release', () => {
  test('on its service holds it until a person goes on, and the record names it', async () => {
    const release = await givenRelease();
    const alert = alertOf({ service: release.fleet.service });

    await deliver(runtime.api, alert);
    await waits(runtime, release, 'alert', 0);
    const held = await release.read();
    const continued = await release.continue({ waitID: held.waitingFor?.id });
    release.fleet.react = () => 'follow';
    await release.reaches('completed');

    const reason = `alert HighErrors (error) on ${release.fleet.service}: 7 % of requests fail`;
    const details = {
      alert: expect.objectContaining({ fingerprint: alert.fingerprint }),
      path: [release.fleet.service],
    };
    expect(held).toMatchObject({ status: 'paused', reason, waitingFor: { kind: 'alert', batch: 0 } });
    expect(continued.status).toBe(200);
    expect(await release.events()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'alertFired', details, reason: 'onAlert is pause' }),
        expect.objectContaining({ type: 'pausedOnAlert', from: 'deploying', to: 'paused', reason, details }),
      ]),
    );
    expect(await changeOf(release)).toMatchObject({
      health: 'warning',
      batches: [{ status: 'done', anomaly: reason }, { status: 'done' }],
    });
    expect(await violationsOf({ query: runtime.sql }, release.id)).toEqual([]);
  });

  test('holds it however it is worded', async () => {
    const release = await givenRelease();
    // The middle of a character is where its words are cut.
    const summary = `${'x'.repeat(299)}\u{1f525}`;

    await deliver(runtime.api, alertOf({ service: release.fleet.service, summary }));
    await waits(runtime, release, 'alert', 0);

    expect((await release.read()).reason).toContain(': xxx');
  });

  test('takes it back where onAlert says so, and every told instance returns', async () => {
    const release = await givenRelease({ onAlert: 'rollback' });
    release.fleet.react = () => 'follow';
    await release.fleet.reportAll();

    await deliver(runtime.api, alertOf({ service: release.fleet.service }));
    await release.reaches('rolledBack');

    expect(release.fleet.versions()).toEqual(['v1', 'v1']);
    expect((await release.read()).reason).toContain('alert HighErrors (error)');
    expect(await actsIn(release)).toEqual(['rollbackStarted']);
  });

  test('is only recorded where onAlert says ignore', async () => {
    const release = await givenRelease({ onAlert: 'ignore' });

    await deliver(runtime.api, alertOf({ service: release.fleet.service }));
    release.fleet.react = () => 'follow';
    await release.reaches('completed');

    expect([await alertsIn(release), await actsIn(release)]).toEqual([['onAlert is ignore'], []]);
  });

  test('on a service that depends on it through others holds it, by the shortest path', async () => {
    const release = await givenRelease();
    const { service } = release.fleet;
    const cart = await givenDependent(service);
    const long = await givenDependent(await givenDependent(cart));
    const [left = '', right = ''] = [await givenDependent(cart), await givenDependent(cart)].toSorted();
    const checkout = await givenDependent(long, right, left, 'not-registered');

    await deliver(runtime.api, alertOf({ service: checkout, version: 'v9' }));
    await waits(runtime, release, 'alert', 0);

    const [fired] = (await release.events()).filter(({ type }) => type === 'alertFired');
    expect(fired?.details?.['path']).toEqual([checkout, left, cart, service]);
    expect((await release.read()).reason).toContain(
      `on ${checkout} v9, which depends on ${left}, which depends on ${cart}, which depends on ${service}`,
    );
  });

  test('on what it depends on, or on what nobody knows, is none of its business', async () => {
    const below = newName();
    const fleet = await createFleet(runtime.api, 2, { react: () => 'stay' });
    await request(runtime.api, 'PUT', `/services/${fleet.service}`, { deps: [below] });
    const release = await givenRelease({}, fleet);

    await deliver(runtime.api, alertOf({ service: below }), alertOf({ service: newName() }));
    release.fleet.react = () => 'follow';
    await release.reaches('completed');

    expect(await alertsIn(release)).toEqual([]);
  });

  test('holds it before it goes on to the next batch, while it bakes', async () => {
    const fleet = await createFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...strategy, bakeSeconds: 600 } });
    await release.settles(({ plan }) => plan.batches[0]?.state === 'baking');
    await waits(runtime, release, 'bake', 0);

    await deliver(runtime.api, alertOf({ service: fleet.service }));
    await waits(runtime, release, 'alert', 0);
    await release.continue();
    await waits(runtime, release, 'bake', 0);

    expect(await actsIn(release)).toEqual(['pausedOnAlert']);
  });

  test('while all of its instances run the new version, and are watched, takes it back', async () => {
    const fleet = await createFleet(runtime.api, 2);
    const watched = { type: 'canary', steps: [{ weight: 100, bakeSeconds: 600 }] };
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: watched, onAlert: 'rollback' });
    await release.settles(({ plan }) => plan.batches[0]?.state === 'baking');

    await deliver(runtime.api, alertOf({ service: fleet.service }));
    await release.reaches('rolledBack');

    expect(fleet.versions()).toEqual(['v1', 'v1']);
  });

  test('of another version of the released service is only recorded, of the target acts', async () => {
    const release = await givenRelease();
    const { service } = release.fleet;

    await deliver(runtime.api, alertOf({ service, version: 'v1' }));
    const before = await release.read();
    await deliver(runtime.api, alertOf({ service, version: 'v2' }));
    await waits(runtime, release, 'alert', 0);

    expect(before.status).toBe('deploying');
    expect(await alertsIn(release)).toEqual(['it is about another version', 'onAlert is pause']);
  });

  test('delivered a hundred times at once, in any order, resolved before firing, is one state and one act', async () => {
    const release = await givenRelease();
    const { service } = release.fleet;
    const one = { service, fingerprint: newName(), startsAt: new Date() };
    await deliver(runtime.api, alertOf({ ...one, status: 'resolved' }));

    const statuses = shuffle([...Array(50).fill('resolved'), ...Array(50).fill('firing')] as const);
    await Promise.all(statuses.map(status => deliver(runtime.api, alertOf({ ...one, status }))));
    await waits(runtime, release, 'alert', 0);
    await release.continue();
    await waits(runtime, release, 'batch', 0);
    await deliver(runtime.api, alertOf(one), alertOf({ ...one, status: 'resolved' }));
    release.fleet.react = () => 'follow';
    await release.reaches('completed');

    const { items } = (await request(runtime.api, 'GET', `/alerts?service=${service}`)) as { items: object[] };
    expect(items).toMatchObject([{ state: 'resolved' }]);
    expect(await alertsIn(release)).toEqual(['onAlert is pause']);
    expect(await actsIn(release)).toEqual(['pausedOnAlert']);
  });

  test('among a hundred different ones at once holds it once, and all of them are on record', async () => {
    const release = await givenRelease();
    const { service } = release.fleet;

    await Promise.all(
      times(100, at => deliver(runtime.api, alertOf({ service, name: `Alert${at}` }))).map(send => send()),
    );
    await waits(runtime, release, 'alert', 0);
    await release.continue();
    release.fleet.react = () => 'follow';
    await release.reaches('completed');

    expect(await alertsIn(release)).toHaveLength(100);
    expect(await actsIn(release)).toEqual(['pausedOnAlert']);
  });
});

describe.concurrent('what fires before a release begins', () => {
  test('stops nothing, however often it is told, unless it gets worse', async () => {
    const fleet = await createFleet(runtime.api, 2, { react: () => 'stay' });
    const { service } = fleet;
    const known = { service, fingerprint: newName(), startsAt: new Date(), severity: 'warning' } as const;
    const late = { service, fingerprint: newName(), startsAt: new Date() } as const;
    await deliver(runtime.api, alertOf(known));
    await reportState(runtime.api, service, { health: 'error', correlationId: 'c1' });
    const release = await givenRelease({}, fleet);

    await deliver(runtime.api, alertOf(known), alertOf(late));
    await reportState(runtime.api, service, { health: 'error', correlationId: 'c1' });
    const before = await release.read();
    await deliver(runtime.api, alertOf({ ...known, severity: 'critical' }), alertOf(known));
    await waits(runtime, release, 'alert', 0);

    expect(before.status).toBe('deploying');
    expect(await alertsIn(release)).toEqual(['it began before the release', 'onAlert is pause']);
    expect((await release.events()).find(({ type }) => type === 'alertsAtStart')?.details).toMatchObject({
      alerts: [
        { alert: { source: 'state', name: 'c1', health: 'error' } },
        { alert: { fingerprint: known.fingerprint, health: 'warning' } },
      ],
    });
  });

  test('and began in the very second is not of before, where it does not say more', async () => {
    const release = await givenRelease();
    const second = Math.floor(Date.parse((await release.read()).startTime ?? '') / 1000) * 1000;
    const { service } = release.fleet;

    await deliver(runtime.api, alertOf({ service, startsAt: new Date(second - 1000) }));
    await deliver(runtime.api, alertOf({ service, startsAt: new Date(second) }));
    await waits(runtime, release, 'alert', 0);

    expect(await alertsIn(release)).toEqual(['it began before the release', 'onAlert is pause']);
  });

  test('is what fires when a schedule comes true', async () => {
    const fleet = await createFleet(runtime.api, 2, { react: () => 'stay' });
    const scheduleTime = new Date(Date.now() + 600_000).toISOString();
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy, scheduleTime });
    const alert = alertOf({ service: fleet.service });

    await deliver(runtime.api, alert);
    await release.change({ scheduleTime: new Date().toISOString() });
    await waits(runtime, release, 'batch', 0);
    await deliver(runtime.api, alert);
    fleet.react = () => 'follow';
    await release.reaches('completed');

    expect([await alertsIn(release), await actsIn(release)]).toEqual([[], []]);
  });

  test('and is reported as worse since acts', async () => {
    const fleet = await createFleet(runtime.api, 2, { react: () => 'stay' });
    await reportState(runtime.api, fleet.service, { health: 'warning' });
    const release = await givenRelease({}, fleet);

    await reportState(runtime.api, fleet.service, { health: 'error' });
    await waits(runtime, release, 'alert', 0);

    expect(await alertsIn(release)).toEqual(['onAlert is pause']);
  });

  test('and fires anew acts', async () => {
    const fleet = await createFleet(runtime.api, 2, { react: () => 'stay' });
    const known = { service: fleet.service, fingerprint: newName() };
    await deliver(runtime.api, alertOf(known));
    const release = await givenRelease({}, fleet);

    await deliver(runtime.api, alertOf(known));
    await waits(runtime, release, 'alert', 0);

    expect(await alertsIn(release)).toEqual(['onAlert is pause']);
  });
});

describe.concurrent('after continue', () => {
  test('the alerts so far are accepted, and a later one that is worse acts again', async () => {
    const release = await givenRelease();
    const one = { service: release.fleet.service, fingerprint: newName(), startsAt: new Date() };
    const other = alertOf({ service: release.fleet.service });

    await deliver(runtime.api, alertOf({ ...one, severity: 'warning' }));
    await waits(runtime, release, 'alert', 0);
    await deliver(runtime.api, other);
    await release.continue();
    await waits(runtime, release, 'batch', 0);
    await deliver(runtime.api, alertOf({ ...one, severity: 'warning' }), other);
    const before = await release.read();
    await deliver(runtime.api, alertOf(one));
    await waits(runtime, release, 'alert', 0);

    expect(before.status).toBe('deploying');
    expect(await actsIn(release)).toEqual(['pausedOnAlert', 'pausedOnAlert']);
  });

  test('of a pause, what fired meanwhile holds it then', async () => {
    const release = await givenRelease();
    await release.pause();
    await waits(runtime, release, 'pause', 0);

    await deliver(runtime.api, alertOf({ service: release.fleet.service }));
    const paused = await release.read();
    await release.continue();
    await waits(runtime, release, 'alert', 0);

    expect(paused.waitingFor?.kind).toBe('pause');
    expect(await actsIn(release)).toEqual(['pausedOnAlert']);
  });
});

describe.concurrent('an alert during', () => {
  test('a pause takes the release back where onAlert says so', async () => {
    const release = await givenRelease({ onAlert: 'rollback' });
    await release.pause();
    await waits(runtime, release, 'pause', 0);

    await deliver(runtime.api, alertOf({ service: release.fleet.service }));
    release.fleet.react = () => 'follow';
    await release.reaches('rolledBack');

    expect((await release.read()).reason).toContain('alert HighErrors');
  });

  test('a rollback is only recorded', async () => {
    const release = await givenRelease({ onAlert: 'rollback' });
    await release.rollBack();
    await waits(runtime, release, 'undo', 0);

    await deliver(runtime.api, alertOf({ service: release.fleet.service }));
    release.fleet.react = () => 'follow';
    await release.reaches('rolledBack');

    expect(await alertsIn(release)).toEqual(['the release is being rolled back already']);
  });

  test('no release is in no record', async () => {
    const release = await givenRelease();
    release.fleet.react = () => 'follow';
    await release.reaches('completed');

    await deliver(runtime.api, alertOf({ service: release.fleet.service }));

    expect([await alertsIn(release), (await release.read()).status]).toEqual([[], 'completed']);
  });
});

describe.concurrent('a reported state', () => {
  test('in error holds a release, once until it was normal; a warning is only recorded', async () => {
    const release = await givenRelease();
    const { service } = release.fleet;
    const state = { health: 'error', correlationId: 'checkout-smoke', message: 'no answer' };

    await reportState(runtime.api, service, { ...state, health: 'warning' });
    const warned = await release.read();
    await reportState(runtime.api, service, state);
    await waits(runtime, release, 'alert', 0);
    const { reason } = await release.read();
    await release.continue();
    await waits(runtime, release, 'batch', 0);
    await reportState(runtime.api, service, state);
    const again = await release.read();
    await reportState(runtime.api, service, { ...state, health: 'normal' });
    await reportState(runtime.api, service, state);
    await waits(runtime, release, 'alert', 0);

    expect([warned.status, again.status]).toEqual(['deploying', 'deploying']);
    expect(reason).toBe(`state checkout-smoke (error) on ${service}: no answer`);
    expect(await actsIn(release)).toEqual(['pausedOnAlert', 'pausedOnAlert']);
    expect(await alertsIn(release)).toEqual([
      'a warning alone stops nothing',
      ...['onAlert is pause', 'onAlert is pause'],
    ]);
  });

  test('of another version than the one released is only recorded', async () => {
    const release = await givenRelease();
    const { service } = release.fleet;

    await reportState(runtime.api, service, { health: 'error', version: 'v1' });
    const before = await release.read();
    await reportState(runtime.api, service, { health: 'error', version: 'v2' });
    await isStatus(release, 'paused');

    expect(before.status).toBe('deploying');
    expect(await alertsIn(release)).toEqual(['it is about another version', 'onAlert is pause']);
  });

  test('of a service that depends on the released one holds it', async () => {
    const release = await givenRelease();
    const cart = await givenDependent(release.fleet.service);

    await reportState(runtime.api, cart, { health: 'error', version: 'v7' });
    await waits(runtime, release, 'alert', 0);

    expect((await release.read()).reason).toBe(
      `state (error) on ${cart} v7, which depends on ${release.fleet.service}`,
    );
  });
});
