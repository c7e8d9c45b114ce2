import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, type Fleet } from '../../support/fleet.ts';
import { type DeploymentEvent, type Release, whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { until, waits } from './journeys.ts';

let runtime: TestRuntime;
let fleet: Fleet;
beforeAll(async () => {
  runtime = await startTestRuntime({ settings: { reportFastSeconds: 60, reportSlowSeconds: 60 } });
});
afterAll(() => runtime.stop());

const later = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** How many seconds after its time a release has started. */
async function lateness(release: Release, scheduleTime: string): Promise<number> {
  const { startTime = '' } = (await release.read()) as { startTime?: string };
  return (Date.parse(startTime) - Date.parse(scheduleTime)) / 1000;
}

async function schedule(scheduleTime: string, version = 'v2'): Promise<Release> {
  const release = await whenReleased(runtime.api, fleet, version, { strategy: 'allAtOnce', scheduleTime });
  await waits(runtime, release, 'schedule', null);
  return release;
}

test('it starts at its time, and nobody is told before', async () => {
  fleet = await createFleet(runtime.api, 2);
  const time = later(4);

  const release = await schedule(time);
  const { desiredVersion } = await fleet.report('i001');
  await release.reaches('completed');

  expect(desiredVersion).not.toBe('v2');
  expect(await lateness(release, time)).toBeGreaterThanOrEqual(0);
  expect(await lateness(release, time)).toBeLessThan(3);
});

test('a time moved earlier is obeyed', async () => {
  fleet = await createFleet(runtime.api, 2);
  const release = await schedule(later(3600));
  const time = later(1.2);

  await release.change({ scheduleTime: time });
  await release.reaches('completed');

  expect(await lateness(release, time)).toBeGreaterThanOrEqual(0);
});

test('a time moved later is obeyed', async () => {
  fleet = await createFleet(runtime.api, 2);
  const release = await schedule(later(1.5));
  const time = later(3);

  await release.change({ scheduleTime: time });
  await release.reaches('completed');

  expect(await lateness(release, time)).toBeGreaterThanOrEqual(0);
});

test('one that is deleted never starts, and its execution ends', async () => {
  fleet = await createFleet(runtime.api, 2);
  const release = await schedule(later(1.2));

  const reply = await release.remove();
  const follower = await schedule(later(1.6), 'v3');
  await follower.reaches('completed');

  expect(reply.status).toBe(200);
  expect((await runtime.api('GET', `/deployments/${release.id}`)).status).toBe(404);
  expect(fleet.versions()).toEqual(['v3', 'v3']);
});

test('a changed version and strategy are the ones that are released', async () => {
  fleet = await createFleet(runtime.api, 2);
  const release = await schedule(later(3600));

  await release.change({ version: 'v7', strategy: { type: 'rolling', batchSize: 1 } });
  await release.change({ scheduleTime: '2020-01-01T00:00:00Z' });
  await release.reaches('completed');

  expect(fleet.versions()).toEqual(['v7', 'v7']);
  expect((await release.read()).plan.batches).toHaveLength(2);
});

test('behind an active one it stays scheduled and says so; that one ends, it starts', async () => {
  fleet = await createFleet(runtime.api, 2);
  const active = await whenReleased(runtime.api, fleet, 'v2', { strategy: 'allAtOnce' });
  const release = await schedule(later(3600), 'v3');

  await release.change({ scheduleTime: '2020-01-01T00:00:00Z' });
  await until(async () => (await release.read()).reason !== undefined, 'it says what it waits for');
  const waiting = await release.read();
  await release.reaches('completed');

  const endOf = (events: readonly DeploymentEvent[], to: string) => {
    const event = events.find(one => one.to === to) as { time?: string } | undefined;
    return Date.parse(event?.time ?? '');
  };
  expect(waiting.status).toBe('scheduled');
  expect(waiting.reason).toContain(active.id);
  expect(endOf(await release.events(), 'deploying')).toBeGreaterThanOrEqual(endOf(await active.events(), 'completed'));
  expect(fleet.versions()).toEqual(['v3', 'v3']);
});

test('one that cannot start any more fails and says why', async () => {
  fleet = await createFleet(runtime.api, 2);
  const release = await schedule(later(3600));
  await (await whenReleased(runtime.api, fleet, 'v2', { strategy: 'allAtOnce' })).reaches('completed');

  await release.change({ scheduleTime: '2020-01-01T00:00:00Z' });
  await release.reaches('failed');

  expect((await release.read()).reason).toContain('already current');
});

test('a scheduled one cannot be paused, continued or rolled back', async () => {
  fleet = await createFleet(runtime.api, 2);
  const release = await schedule(later(3600));

  const replies = [await release.pause(), await release.continue(), await release.rollBack()];

  expect(replies.map(({ status }) => status)).toEqual([409, 409, 409]);
  expect((await release.read()).status).toBe('scheduled');
  expect((await release.remove()).status).toBe(200);
});
