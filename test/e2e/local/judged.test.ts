import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeMonitored } from '../../support/monitoring.ts';
import { createPrometheus, type TestPrometheus } from '../../support/prometheus.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { createServed, type Served } from '../../support/served.ts';
import { releaseServed, type ServedRelease } from '../../support/served-release.ts';

const v1 = { version: 'v1', medianSeconds: 0.03, errorRatio: 0.01 };
const v2 = { ...v1, version: 'v2' };

/** By service: how its second version behaves. */
const changes = {
  healthy: v2,
  slow: { ...v2, medianSeconds: 0.09 },
  failing: { ...v2, errorRatio: 0.5 },
  silent: { ...v2, isSilent: true },
  lasting: v2,
  waiting: v2,
};
type Service = keyof typeof changes;
const services = Object.keys(changes) as Service[];

const instancesEach = 5;
const strategy = { type: 'rolling', batchSize: 2 };
/** A good version is stopped by chance once in a thousand releases at most. */
const analysis = { interval: 1, count: 6, alpha: 0.001 };
/** Long enough that a bad one does not get past its first bake. */
const longer = { ...analysis, count: 12 };

/** Enough for a past to compare with. */
const historySeconds = 12;

// A release takes as long as its bakes do, and a busy machine some more.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

describeMonitored('a release', () => {
  let served: Served;
  let prometheus: TestPrometheus;
  let runtime: TestRuntime;

  beforeAll(async () => {
    served = await createServed({
      services: Object.fromEntries(services.map(name => [name, instancesEach])),
      rate: 10,
    });
    prometheus = await createPrometheus({ targets: served.targets });
    runtime = await startTestRuntime({ prometheusUrl: prometheus.url });
    await Promise.all(services.map(name => served.start(runtime, name, [v1, changes[name]])));
    const all = services.length * instancesEach;
    const counted = `count_over_time(http_requests_total{code="200",version="v1"}[60s]) > ${historySeconds}`;
    await prometheus.has(`count(${counted}) == ${all}`, 90);
  });

  afterAll(async () => {
    await served?.remove();
    await runtime?.stop();
    await prometheus?.remove();
  });

  test.concurrent('of a version that is as good as the old one passes', async () => {
    const release = await releaseOver('healthy', { analysis });

    await release.reaches('completed');

    expect(await release.toldBatches()).toEqual([0, 1, 2]);
    expect(verdictsOf(await release.looks())).toContain('pass');
    expect(verdictsOf(await release.looks())).not.toContain('fail');
  });

  test.concurrent.each([
    ['slow', 'latency'],
    ['failing', 'of the requests fail'],
  ] as const)('of a version that is %s goes back from its first batch, and says why', async (service, why) => {
    const release = await releaseOver(service, { analysis: longer });

    const { reason } = await release.reaches('rolledBack');

    expect(reason).toContain(why);
    expect(await release.toldBatches()).toEqual([0]);
    expect((await release.looks()).at(-1)?.verdict).toBe('fail');
    expect(new Set(await release.versions())).toEqual(new Set(['v1']));
  });

  test.concurrent('of a version that serves nothing waits for a person after its first batch', async () => {
    const release = await releaseOver('silent', { analysis: longer });

    const { waitingFor } = await release.reaches('paused');

    expect(waitingFor).toMatchObject({ kind: 'analysis', batch: 0 });
    expect(await release.toldBatches()).toEqual([0]);
    expect((await release.looks()).at(-1)?.verdict).toBe('noData');
  });

  test('outlasts a Prometheus that dies as long as it may, and waits for a person after that', async () => {
    // One bake, and long enough that what is measured before and after the outage suffices.
    const release = (service: Service, providerErrorLimit: number) =>
      releaseOver(service, {
        strategy: { ...strategy, batchSize: 3 },
        analysis: { ...analysis, count: 20, providerErrorLimit },
      });
    const releases = await Promise.all([release('lasting', 100), release('waiting', 1)]);
    const [, impatient] = releases;
    await Promise.all(releases.map(one => looksUntil(one, 'pass')));

    await prometheus.kill();
    await Promise.all(releases.map(one => looksUntil(one, 'providerError')));
    const { waitingFor } = await impatient.reaches('paused');
    await prometheus.start();
    await impatient.continue();

    expect(waitingFor).toMatchObject({ kind: 'analysis' });
    for (const outlasting of releases) {
      await outlasting.reaches('completed');
      const verdicts = verdictsOf(await outlasting.looks());
      expect(verdicts).not.toContain('fail');
      expect(verdicts.lastIndexOf('pass')).toBeGreaterThan(verdicts.lastIndexOf('providerError'));
    }
  });

  function releaseOver(service: Service, more: object): Promise<ServedRelease> {
    return releaseServed(runtime.api, service, 'v2', { strategy, ...more });
  }
});

async function looksUntil(release: ServedRelease, verdict: string): Promise<void> {
  await expect.poll(async () => verdictsOf(await release.looks()), { timeout: 30_000 }).toContain(verdict);
}

function verdictsOf(looks: readonly { readonly verdict: string }[]): readonly string[] {
  return looks.map(({ verdict }) => verdict);
}
