import { afterAll, describe, expect, test } from 'vitest';
import { type Behaviour, countFleet } from '../../support/counted-fleet.ts';
import { say } from '../../support/fake-prometheus.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import { startJudging } from './judging.ts';

const { prometheus, runtime, stop } = await startJudging(2);
afterAll(stop);

const policy = { interval: 1, initialDelay: 1, count: 5, minSamples: 20 };
const healthy: Behaviour = { rate: 50, errors: 0.02, slow: 0.05 };

/** A release of v2 over four instances, the first alone at first. */
async function whenJudged(
  behave: (version: string) => Behaviour | undefined,
  analysis: object = {},
  answerTo?: (query: string) => number | null,
  strategy: object = { type: 'canary', steps: [{ weight: 25 }, { weight: 100 }] },
): Promise<Release> {
  const fleet = await givenFleet(runtime.api, 4);
  prometheus.answer(countFleet(fleet, behave, answerTo));
  return whenReleased(runtime.api, fleet, 'v2', { strategy, analysis: { ...policy, ...analysis } });
}

async function looksOf(release: Release) {
  return (await release.events()).filter(({ type }) => type === 'looked') as unknown as readonly {
    batch: number;
    details: { verdict: string; samples: number; checks: readonly { verdict: string; rule: string }[] };
  }[];
}

describe('a release that is judged by what is measured', () => {
  test('goes on when nothing speaks against the new version', async () => {
    const release = await whenJudged(() => healthy);

    await release.reaches('completed', 40);

    const looks = await looksOf(release);
    expect(looks.length).toBeGreaterThanOrEqual(3);
    expect(looks.at(-1)?.details).toMatchObject({ verdict: 'pass' });
    expect(looks.at(-1)?.details.samples).toBeGreaterThan(0);
  });

  test('is rolled back when the new version has errors', async () => {
    const release = await whenJudged(version => (version === 'v2' ? { ...healthy, errors: 0.5 } : healthy));

    await release.reaches('rolledBack', 40);

    expect((await release.read()).reason).toContain('of the requests fail');
    expect(release.fleet.versions()).toEqual(['v1', 'v1', 'v1', 'v1']);
  });

  test('is rolled back when the new version is slower', async () => {
    const release = await whenJudged(version => (version === 'v2' ? { ...healthy, slow: 0.9 } : healthy));

    await release.reaches('rolledBack', 40);

    expect((await release.read()).reason).toContain('latency');
  });

  test('waits for a person when the new version serves nothing', async () => {
    const release = await whenJudged(version => (version === 'v2' ? { rate: 0 } : healthy));

    await release.reaches('paused', 40);

    expect((await release.read()).waitingFor?.kind).toBe('analysis');
    await release.continue();
    await release.settles(({ plan }) => plan.batches[0]?.state === 'done', 40);
  });

  test('waits for a person when Prometheus stays away, and goes on as if nothing was when it comes back within its budget', async () => {
    const release = await whenJudged(() => healthy, { providerErrorLimit: 2 });
    prometheus.answer(say(503, 'gone'));

    await release.reaches('paused', 40);

    expect((await release.read()).reason).toContain('Prometheus');
    prometheus.answer(countFleet(release.fleet, () => healthy));
    await release.continue();
    await release.reaches('completed', 40);
  });

  test('fails an absolute check by more looks than are allowed', async () => {
    const analysis = { failureLimit: 1, checks: [{ query: 'orders{version=~$version}', min: 1 }] };
    const release = await whenJudged(
      () => healthy,
      analysis,
      () => 0.5,
    );

    await release.reaches('rolledBack', 40);

    const looks = await looksOf(release);
    expect(looks.map(({ details }) => details.verdict)).toEqual(['fail', 'fail']);
  });

  test('is watched after its last batch, and taken back whole for what shows itself then', async () => {
    const checks = [{ query: 'orders{version=~$version}', min: 1 }];
    let orders = 5;
    const release = await whenJudged(
      () => healthy,
      { watch: 10, checks },
      () => orders,
    );
    await release.settles(({ plan }) => plan.batches[1]?.state === 'baking', 40);
    const before = await looksOf(release);

    orders = 0;
    await release.reaches('rolledBack', 40);

    expect(before.map(({ details }) => details.verdict)).not.toContain('fail');
    expect((await looksOf(release)).at(-1)).toMatchObject({ batch: 1, details: { verdict: 'fail' } });
    expect(release.fleet.versions()).toEqual(['v1', 'v1', 'v1', 'v1']);
  });

  test('waits for its gate only once what was measured in its bake has passed', async () => {
    const steps = [{ weight: 25, gate: true }, { weight: 100 }];
    const release = await whenJudged(() => healthy, {}, undefined, { type: 'canary', steps });

    await release.reaches('paused', 40);

    const record = await release.record();
    expect((await release.read()).waitingFor?.kind).toBe('gate');
    expect(record.slice(-2)).toEqual(['looked 0', 'gateReached 0 deploying → paused']);
    expect((await looksOf(release)).at(-1)?.details.verdict).toBe('pass');
  });

  test('is not kept from its other looks by a Prometheus that hangs', async () => {
    const release = await whenJudged(() => healthy, { providerErrorLimit: 20 });
    const serve = countFleet(release.fleet, () => healthy);
    const hung = new Set<string>();
    prometheus.answer((response, asked) => {
      // The first time that each query is asked.
      const query = asked.form['query'] ?? '';
      if (hung.has(query)) serve(response, asked);
      hung.add(query);
    });

    await release.reaches('completed', 40);

    const verdicts = (await looksOf(release)).map(({ details }) => details.verdict);
    expect(verdicts).toContain('providerError');
    expect(verdicts.at(-1)).toBe('pass');
    expect((await release.record()).filter(line => line.startsWith('paused'))).toEqual([]);
  });
});
