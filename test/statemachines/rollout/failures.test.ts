import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenFleet, whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { until, waits } from './journeys.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  // An instance of the batch under way is expected within a second, one without a release within a minute.
  runtime = await startTestRuntime({ settings: { reportFastSeconds: 1, reportSlowSeconds: 60 } });
});
afterAll(() => runtime.stop());

const oneByOne = { type: 'rolling', batchSize: 1 };
const noGrace = { ...oneByOne, graceSeconds: 0 };

describe.concurrent('an instance fails', { timeout: 60_000 }, () => {
  test('by its outcome: the release is rolled back, and nobody else is told', async () => {
    const fleet = await givenFleet(runtime.api, 3);
    fleet.react = (name, version) => (name === 'i002' && version === 'v2' ? 'fail' : 'follow');

    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: oneByOne });
    await release.reaches('rolledBack');

    expect((await release.read()).reason).toContain(`${fleet.idOf('i002')}: cannot be installed`);
    expect(fleet.versions()).toEqual(['v1', 'v1', 'v1']);
    expect(fleet.toldOf('i003')).not.toContain('v2');
    expect(await release.states()).toEqual({ i001: 'undone', i002: 'undone', i003: 'pending' });
  });

  test('by an outcome of another release it does not', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: oneByOne });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001');

    await fleet.report('i001', { version: 'v1', outcome: 'failed', deployID: '00000000-0000-4000-8000-000000000000' });
    await release.reaches('completed');

    expect((await release.read()).progress.failed).toBe(0);
  });

  test('by being in error with the new version for longer than its grace', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    fleet.react = (_, version) => (version === 'v2' ? 'error' : 'follow');

    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...oneByOne, graceSeconds: 1 } });
    await release.reaches('rolledBack');

    expect(await release.record()).toContain('instanceFailed 0 i001');
    expect(fleet.toldOf('i002')).not.toContain('v2');
  });

  test('not when it becomes well within its grace', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...oneByOne, graceSeconds: 60 } });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001');

    await fleet.report('i001', { health: 'error' });
    const settling = await release.states();
    await release.reaches('completed');

    expect(settling).toEqual({ i001: 'settling', i002: 'pending' });
    expect((await release.read()).progress.failed).toBe(0);
  });

  test('not by an error from before it was told', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    await fleet.report('i001', { health: 'error' });

    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: noGrace });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001', { health: 'error' });
    await release.reaches('completed');

    expect((await release.read()).progress.failed).toBe(0);
  });

  test('by missing its deadline after it was told', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    fleet.react = (name, version) => (name === 'i001' && version === 'v2' ? 'stay' : 'follow');

    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...oneByOne, batchTimeoutSeconds: 1 } });
    await release.reaches('rolledBack');

    expect((await release.read()).reason).toContain(`${fleet.idOf('i001')}: did not report the version in time`);
  });

  test('by missing its deadline, though it was expected later when the wait for its batch began', async () => {
    const fleet = await givenFleet(runtime.api, 1);
    fleet.react = (_, version) => (version === 'v2' ? 'stay' : 'follow');
    const strategy = { type: 'allAtOnce', batchTimeoutSeconds: 1 };
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
    await waits(runtime, release, 'batch', 0);
    await release.pause();
    await release.continue();
    await waits(runtime, release, 'batch', 0);

    await release.reaches('rolledBack', 10);

    expect((await release.read()).reason).toContain('did not report the version in time');
  });

  test('by missing its deadline without ever being told', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...oneByOne, batchTimeoutSeconds: 1 } });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001');
    // It learns that it is next, and is heard of no more.
    await fleet.report('i002');
    fleet.silent.add('i002');

    await release.reaches('rolledBack');

    expect((await release.read()).reason).toContain(`${fleet.idOf('i002')}: has not reported in time`);
    expect(await release.states()).toEqual({ i001: 'undone', i002: 'failed' });
    expect(fleet.toldOf('i002')).not.toContain('v2');
  });

  test('by going to error in the bake of its batch', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const strategy = { ...noGrace, bakeSeconds: 3600 };
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001');
    await fleet.report('i001');
    await waits(runtime, release, 'bake', 0);

    await fleet.report('i001', { health: 'error' });
    await release.reaches('rolledBack');

    expect(await release.record()).toContain('instanceFailed 0 i001');
    expect(fleet.versions()).toEqual(['v1', 'v1']);
  });

  test('by going to error in the bake of a later batch', async () => {
    const fleet = await givenFleet(runtime.api, 3);
    const steps = [{ weight: 34 }, { weight: 67, bakeSeconds: 3600 }, { weight: 100 }];
    const strategy = { type: 'canary', steps, graceSeconds: 0 };
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
    await waits(runtime, release, 'batch', 0);
    await fleet.settle(async () => (await release.record()).includes('batchDone 1'));
    await waits(runtime, release, 'bake', 1);

    await fleet.report('i001', { health: 'error' });
    await release.reaches('rolledBack');

    expect(await release.record()).toContain('instanceFailed 0 i001');
    expect(await release.states()).toEqual({ i001: 'undone', i002: 'undone', i003: 'pending' });
  });
});

describe.concurrent('failures', { timeout: 60_000 }, () => {
  test('within maxFailures are not waited for; one more is one too many', async () => {
    const fleet = await givenFleet(runtime.api, 4);
    fleet.react = (name, version) => (['i001', 'i003'].includes(name) && version === 'v2' ? 'fail' : 'follow');

    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...oneByOne, maxFailures: 1 } });
    await release.reaches('rolledBack');

    const record = await release.record();
    expect(record).toContain('batchDone 0');
    expect(record.filter(line => line.startsWith('instanceFailed'))).toEqual([
      'instanceFailed 0 i001',
      'instanceFailed 2 i003',
    ]);
    expect(fleet.toldOf('i004')).not.toContain('v2');
  });

  test('within maxFailures let the release complete', async () => {
    const fleet = await givenFleet(runtime.api, 3);
    fleet.react = (name, version) => (name === 'i002' && version === 'v2' ? 'fail' : 'follow');

    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { ...oneByOne, maxFailures: 1 } });
    await release.reaches('completed');

    expect((await release.read()).progress).toMatchObject({ total: 3, done: 2, failed: 1 });
  });

  test('pause the release where onFailure says so, and are accepted by whoever continues it', async () => {
    const fleet = await givenFleet(runtime.api, 4);
    fleet.react = (name, version) => (['i001', 'i003'].includes(name) && version === 'v2' ? 'fail' : 'follow');
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: oneByOne, onFailure: 'pause' });

    await release.reaches('paused');
    const first = await release.read();
    const touched = fleet.names.filter(name => fleet.toldOf(name).includes('v2'));
    await release.continue({ waitID: first.waitingFor?.id });
    await release.settles(({ status, waitingFor }) => status === 'paused' && waitingFor?.id !== first.waitingFor?.id);
    await release.continue();
    fleet.react = () => 'follow';
    await release.reaches('completed');

    const record = await release.record();
    expect(first.waitingFor).toMatchObject({ kind: 'failure', batch: 0 });
    expect(touched).toEqual(['i001']);
    expect(record.filter(line => line.startsWith('pausedOnFailure'))).toEqual([
      'pausedOnFailure 0 deploying → paused',
      'pausedOnFailure 2 deploying → paused',
    ]);
  });

  test('do not happen while the release is paused: no deadline runs, and continue gives back the rest', async () => {
    const fleet = await givenFleet(runtime.api, 1);
    fleet.react = () => 'stay';
    const strategy = { type: 'allAtOnce', batchTimeoutSeconds: 3 };
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001');
    await release.pause();

    const end = Date.now() + 4000;
    await until(async () => Date.now() > end, 'its deadline would be over');
    await fleet.reportAll();
    const paused = await release.read();
    await release.continue();
    fleet.react = () => 'follow';
    await release.reaches('completed');

    expect(paused.status).toBe('paused');
    expect((await release.read()).progress.failed).toBe(0);
  });
});

describe.concurrent('an instance that is deregistered leaves the plan', { timeout: 60_000 }, () => {
  test('and ends the batch that waited for it alone', async () => {
    const fleet = await givenFleet(runtime.api, 3);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 2 } });
    await waits(runtime, release, 'batch', 0);
    await fleet.report('i001');
    await fleet.report('i001');

    await fleet.leave('i002');
    await waits(runtime, release, 'batch', 1);
    await release.reaches('completed');

    expect((await release.read()).progress).toMatchObject({ total: 2, done: 2, failed: 0 });
    expect(await release.states()).toEqual({ i001: 'updated', i003: 'updated' });
  });

  test('and ends the undoing that waited for it alone', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: 'allAtOnce' });
    await release.reaches('completed');
    await release.rollBack();
    await waits(runtime, release, 'undo', 0);
    fleet.react = (name, version) => (name === 'i002' && version === 'v1' ? 'stay' : 'follow');
    await fleet.reportAll();
    await fleet.reportAll();

    await fleet.leave('i002');
    await release.reaches('rolledBack');

    expect(await release.states()).toEqual({ i001: 'undone' });
  });

  test('and so does the whole fleet', async () => {
    const fleet = await givenFleet(runtime.api, 2);
    const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: oneByOne });
    await waits(runtime, release, 'batch', 0);

    for (const name of fleet.names) await fleet.leave(name);
    await release.reaches('completed');

    expect((await release.read()).progress.total).toBe(0);
  });
});
