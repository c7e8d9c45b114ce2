import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet } from '../support/fleet.ts';
import { givenFleet, whenReleased } from '../support/release.ts';
import { openTarget, type Target } from './target.ts';

let target: Target;

beforeAll(async () => {
  target = await openTarget();
});

afterAll(() => target.close());

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('a release', () => {
  it('goes to a few instances first, then to more, then to all', async () => {
    const fleet = await givenFleet(target.api, 10);
    const steps = [{ weight: 10, bakeSeconds: 0.5 }, { weight: 50 }];

    const release = await whenReleased(target.api, fleet, 'v2', { strategy: { type: 'canary', steps } });
    const seen = new Set<number>();
    await release.settles(({ status }) => {
      seen.add(fleet.versions().filter(version => version === 'v2').length);
      return status === 'completed';
    });

    const { plan, progress } = await release.read();
    expect(plan.batches).toMatchObject([
      { size: 1, state: 'done' },
      { size: 4, state: 'done' },
      { size: 5, state: 'done' },
    ]);
    expect(progress).toEqual({ total: 10, done: 10, failed: 0, percent: 100 });
    expect([...seen]).toContain(1);
    expect(new Set(fleet.versions())).toEqual(new Set(['v2']));
    expect(await activeVersions(fleet.service)).toMatchObject([{ version: 'v2', deployID: release.id, instances: 10 }]);
  });

  it('that fails is taken back by itself', async () => {
    const fleet = await givenFleet(target.api, 4, { react: (name, version) => react(name, version) });
    const react = (name: string, version: string) => (name === 'i002' && version === 'v2' ? 'fail' : 'follow');

    const release = await whenReleased(target.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 2 } });
    await release.reaches('rolledBack');

    expect(fleet.versions()).toEqual(['v1', 'v1', 'v1', 'v1']);
    expect(await release.read()).toMatchObject({ reason: expect.stringContaining('cannot be installed') });
    expect(await release.states()).toEqual({ i001: 'undone', i002: 'undone', i003: 'pending', i004: 'pending' });
    expect(await deployStateOf(fleet.service)).toBe('deployed');
  });

  it('can be paused, continued, and taken back after it completed', async () => {
    const fleet = await givenFleet(target.api, 4);
    const release = await whenReleased(target.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 1 } });
    await release.settles(({ progress }) => progress.done > 0);

    const paused = await release.pause();
    const told = fleet.versions();
    for (let round = 0; round < 5; round += 1) await fleet.reportAll();
    const still = fleet.versions();
    const continued = await release.continue({ reason: 'it looks well' });
    await release.reaches('completed');
    const taken = await release.rollBack();
    await release.reaches('rolledBack');

    expect(paused).toMatchObject({ status: 200, body: { status: 'paused', isPaused: true } });
    expect(still).toEqual(told);
    expect(still).toContain('v1');
    expect(continued).toMatchObject({ status: 200, body: { status: 'deploying' } });
    expect(taken).toMatchObject({ status: 200, body: { status: 'rollingBack' } });
    expect(fleet.versions()).toEqual(['v1', 'v1', 'v1', 'v1']);
    const changes = (await release.events()).filter(({ to }) => to).map(({ to }) => to);
    expect(changes).toEqual(['deploying', 'paused', 'deploying', 'completed', 'rollingBack', 'rolledBack']);
  });

  it('shows which wait a person ends', async () => {
    const fleet = await givenFleet(target.api, 2);
    const steps = [{ weight: 50, gate: true }];
    const release = await whenReleased(target.api, fleet, 'v2', { strategy: { type: 'canary', steps } });
    await release.reaches('paused');
    const { waitingFor } = await release.read();

    const other = await release.continue({ waitID: '999' });
    const meant = await release.continue({ waitID: waitingFor?.id });
    await release.reaches('completed');

    expect(waitingFor).toMatchObject({ kind: 'gate', batch: 0 });
    expect(other).toMatchObject({ status: 409, body: { code: 'waitConflict' } });
    expect(meant.status).toBe(200);
  });
});

describe('a scheduled release', () => {
  it('starts within a second of its time, and not before', async () => {
    const fleet = await createFleet(target.api, 0);
    const scheduleTime = inMs(1_500);

    const release = await whenReleased(target.api, fleet, 'v1', { scheduleTime });
    const before = await release.read();
    await release.reaches('completed');

    const { startTime = '' } = (await release.read()) as { startTime?: string };
    const late = Date.parse(startTime) - Date.parse(scheduleTime);
    expect(before.status).toBe('scheduled');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_000);
  });

  it('follows its time, earlier and later', async () => {
    const [early, late] = [await createFleet(target.api, 0), await createFleet(target.api, 0)];
    const earlier = await whenReleased(target.api, early, 'v1', { scheduleTime: inMs(3_600_000) });
    const later = await whenReleased(target.api, late, 'v1', { scheduleTime: inMs(3_000) });
    const soon = inMs(3_300);

    const moved = [await earlier.change({ scheduleTime: soon }), await later.change({ scheduleTime: inMs(3_600_000) })];
    await earlier.reaches('completed');

    const { startTime = '' } = (await earlier.read()) as { startTime?: string };
    expect(moved).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(Date.parse(startTime) - Date.parse(soon)).toBeLessThan(1_000);
    expect(await later.read()).toMatchObject({ status: 'scheduled' });
    expect(await later.remove()).toMatchObject({ status: 200 });
  });

  it('that was removed never starts', async () => {
    const fleet = await createFleet(target.api, 0);
    const release = await whenReleased(target.api, fleet, 'v1', { scheduleTime: inMs(3_000) });

    const removed = await release.remove();
    await delay(3_400);

    expect(removed).toMatchObject({ status: 200, body: { id: release.id } });
    expect(await target.api('GET', `/deployments/${release.id}`)).toMatchObject({ status: 404 });
    expect(await deployStateOf(fleet.service)).toBe('unreleased');
  });
});

async function activeVersions(service: string): Promise<unknown> {
  const { body } = await target.api('GET', `/services/${service}/activeVersions`);
  return (body as { items: unknown }).items;
}

async function deployStateOf(service: string): Promise<string | undefined> {
  const { body } = await target.api('GET', '/services');
  const { items } = body as { items: readonly { name: string; deployState: string }[] };
  return items.find(({ name }) => name === service)?.deployState;
}
