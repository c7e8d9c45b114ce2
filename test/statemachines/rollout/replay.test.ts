import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TakenLook } from '../../../infra/replay/release.ts';
import type { Report } from '../../../infra/replay/report.ts';
import { type Behaviour, countFleet } from '../../support/counted-fleet.ts';
import { say } from '../../support/fake-prometheus.ts';
import { request } from '../../support/fleet.ts';
import { createFolder, type Folder } from '../../support/folder.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import { startJudging } from './judging.ts';

const { prometheus, runtime, stop } = await startJudging(2);
let folder: Folder;
beforeAll(async () => {
  folder = await createFolder();
});
afterAll(async () => {
  await stop();
  await folder.remove();
});

const healthy: Behaviour = { rate: 50, errors: 0.02, slow: 0.05 };
const comparisons = [
  { metric: 'latency', maxIncrease: '5%' },
  { metric: 'errorRatio', maxIncrease: '50%' },
];
const orders = { query: 'orders{version=~$version}', min: 1 };
const policy = { interval: 1, initialDelay: 1, count: 5, minSamples: 20, checks: [...comparisons, orders] };

/** A release of v2 over four instances, some of them at first. */
async function whenJudged(
  behave: (version: string) => Behaviour | undefined,
  analysis: object = {},
  weight = 25,
): Promise<Release> {
  const fleet = await givenFleet(runtime.api, 4);
  prometheus.answer(countFleet(fleet, behave, () => 3));
  const strategy = { type: 'canary', steps: [{ weight }, { weight: 100 }] };
  return whenReleased(runtime.api, fleet, 'v2', { strategy, analysis: { ...policy, ...analysis } });
}

async function runReplay(id: string, ...options: readonly string[]) {
  const args = ['infra/replay/main.ts', id, '--url', runtime.url, ...options];
  return promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout, note: stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, output: stderr, note: stderr }),
  );
}

async function replay({ id }: Release, analysis?: object): Promise<Report> {
  const file = join(folder.path, 'policy.json');
  if (analysis) await writeFile(file, JSON.stringify({ initialDelay: 1, minSamples: 20, ...analysis }));
  const { output } = await runReplay(id, '--json', ...(analysis ? ['--policy', file] : []));
  return JSON.parse(output) as Report;
}

async function looksOf({ id }: Release): Promise<readonly TakenLook[]> {
  return ((await request(runtime.api, 'GET', `/deployments/${id}/looks?limit=500`)) as { items: TakenLook[] }).items;
}

/** Under its own policy, look by look, with all that each check found. */
async function expectSame(release: Release): Promise<Report> {
  const looks = await looksOf(release);
  const report = await replay(release);
  expect(looks.length).toBeGreaterThan(0);
  expect(report.looks.map(({ number, replayed, checks }) => ({ number, verdict: replayed, checks }))).toEqual(
    looks.map(({ number, verdict, checks }) => ({ number, verdict, checks })),
  );
  return report;
}

describe('a replay of a release', () => {
  test('that passed judges every look as it was judged, and another policy as it would have', {
    timeout: 60_000,
  }, async () => {
    const release = await whenJudged(() => healthy);
    await release.reaches('completed', 40);

    const same = await expectSame(release);
    const strict = await replay(release, { checks: [...comparisons, { ...orders, min: 4 }], failureLimit: 1 });
    const hungry = await replay(release, { minSamples: 1e6 });

    expect(same).toMatchObject({ leftOut: [], recorded: { status: 'completed' }, replayed: {} });
    expect(same.replayed).not.toHaveProperty('stop');
    expect(strict.looks.slice(0, 2).map(({ replayed }) => replayed)).toEqual(['fail', 'fail']);
    expect(strict.replayed.stop).toMatchObject({ look: 1, batch: 0, verdict: 'fail', reaction: 'rollback' });
    const last = (await looksOf(release)).findLastIndex(({ batch }) => batch === 0);
    expect(hungry.replayed.stop).toMatchObject({ look: last, batch: 0, verdict: 'noData', reaction: 'pause' });
  });

  test('that was rolled back stops at the same look, and goes on where the policy lets it', {
    timeout: 60_000,
  }, async () => {
    const release = await whenJudged(version => (version === 'v2' ? { ...healthy, errors: 0.5 } : healthy));
    await release.reaches('rolledBack', 40);

    const same = await expectSame(release);
    const { output } = await runReplay(release.id);
    const lax = await replay(release, { checks: [orders] });

    expect(same.replayed.stop).toMatchObject({ verdict: 'fail', reaction: 'rollback' });
    expect(same.replayed.stop).toEqual(same.recorded.stop);
    expect(output).toContain('every look is judged as it was');
    expect(output).toMatch(
      /^then: rolled back at look \d+, in batch 0 \(fail\): [^;]* of the requests fail .*; it is rolledBack$/m,
    );
    expect(output).toMatch(/^now: {2}rolled back at look \d+, in batch 0 \(fail\): [^;]* of the requests fail /m);
    expect(lax.looks.every(({ replayed }) => replayed === 'pass')).toBe(true);
    expect(lax.replayed).toEqual({});
  });

  test('that a person let go on accepts the same', { timeout: 90_000 }, async () => {
    const release = await whenJudged(version => (version === 'v2' ? { rate: 0 } : healthy), { watch: 1 });
    await release.reaches('paused', 40);
    await release.continue();
    await release.settles(({ status, plan }) => status === 'paused' && plan.batches[0]?.state === 'done', 40);
    await release.continue();
    await release.reaches('completed', 40);

    const { recorded, replayed } = await expectSame(release);

    expect(recorded).not.toHaveProperty('stop');
    expect(recorded.accepted).toMatchObject([
      { batch: 0, verdict: 'noData', reaction: 'pause' },
      { batch: 1, verdict: 'noData', reaction: 'pause' },
    ]);
    expect(replayed).toEqual({ accepted: recorded.accepted });
    const { output } = await runReplay(release.id);
    expect(output.match(/^(then|now): .*; a person let it go on$/gm)).toHaveLength(4);
    expect(output).toMatch(/^then: no look stopped it for good; it is completed/m);
    expect((await replay(release, { onNoData: 'rollback' })).replayed.stop).toMatchObject({
      batch: 0,
      verdict: 'noData',
    });
  });

  test('while Prometheus was away has no more answers than there were then', { timeout: 90_000 }, async () => {
    const release = await whenJudged(() => healthy, { providerErrorLimit: 2 });
    prometheus.answer(say(503, 'gone'));
    await release.reaches('paused', 40);
    prometheus.answer(
      countFleet(
        release.fleet,
        () => healthy,
        () => 3,
      ),
    );
    await release.continue();
    await release.reaches('completed', 40);

    await expectSame(release);

    const impatient = await replay(release, {
      providerErrorLimit: 0,
      onProviderError: 'rollback',
      checks: comparisons,
    });
    expect(impatient.replayed.stop).toMatchObject({ verdict: 'providerError', reaction: 'rollback' });
  });

  test('counts what an instance did that has left as of the version that it ran', { timeout: 60_000 }, async () => {
    const release = await whenJudged(() => healthy, { checks: comparisons }, 50);
    await release.settles(({ lastLook }) => (lastLook?.number ?? 0) >= 1, 40);
    const updated = release.fleet.names.find(name => release.fleet.versionOf(name) === 'v2') ?? '';
    await release.fleet.leave(updated);
    await release.reaches('completed', 40);

    await expectSame(release);

    const counted = (await looksOf(release)).map(({ checks }) => checks[0]?.n?.new ?? 0);
    expect(counted.length).toBeGreaterThan(3);
    expect(counted).toEqual(counted.toSorted((a, b) => a - b));
  });

  test('names what nothing was stored for, and looks when it was looked', { timeout: 60_000 }, async () => {
    const release = await whenJudged(() => healthy);
    await release.reaches('completed', 40);
    const other = { query: 'up', min: 1 };

    const { leftOut, policy: replayed } = await replay(release, { window: 9, checks: [...comparisons, orders, other] });

    expect(leftOut).toEqual(['up at least 1']);
    expect(replayed.checks).toHaveLength(3);
    const file = join(folder.path, 'other.json');
    await writeFile(file, JSON.stringify({ checks: [other, { metric: 'traffic', min: 1 }] }));
    expect(await runReplay(release.id, '--policy', file)).toMatchObject({
      code: 1,
      output: expect.stringContaining('nothing is left'),
    });
    await writeFile(file, JSON.stringify({ interval: 2 }));
    expect(await runReplay(release.id, '--policy', file)).toMatchObject({
      code: 0,
      output: expect.stringContaining('then: no look stopped it'),
      note: expect.stringContaining('looked at every 1 s, and so it is here'),
    });
    await runtime.sql(`update deploy_tasks set finish_time = now() - interval '40 days' where id = $1`, [release.id]);
    await runtime.sql(`select prune_samples(now() - interval '30 days', 500)`);
    expect(await runReplay(release.id)).toMatchObject({ code: 1, output: expect.stringContaining('is gone') });
  });
});

test('what cannot be replayed is told', async () => {
  const fleet = await givenFleet(runtime.api, 1);
  const { items } = (await request(runtime.api, 'GET', `/deployments?service=${fleet.service}`)) as {
    items: { id: string }[];
  };
  const later = new Date(Date.now() + 3_600_000);
  const waiting = (await request(runtime.api, 'POST', '/deployments', {
    ...{ service: fleet.service, version: 'v2', scheduleTime: later, analysis: true },
  })) as { id: string };

  expect(await runReplay(items[0]?.id ?? '')).toMatchObject({
    code: 1,
    output: expect.stringContaining('no analysis'),
  });
  expect(await runReplay(waiting.id)).toMatchObject({ code: 1, output: expect.stringContaining('not yet looked at') });
  expect(await runReplay('none')).toMatchObject({ code: 1, output: expect.stringContaining('404') });
  expect(await runReplay('none', '--policy', 'package.json')).toMatchObject({
    code: 2,
    output: expect.stringContaining('is no policy'),
  });
  const piped = promisify(execFile)('bash', [
    ...['-c', '"$0" infra/replay/main.ts none --url "$1" --policy <(echo "{}")', process.execPath, runtime.url],
  ]);
  await expect(piped).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('404') });
});
