import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAlertmanager, type TestAlertmanager } from '../../support/alertmanager.ts';
import { describeMonitored } from '../../support/monitoring.ts';
import { createPrometheus, type TestPrometheus } from '../../support/prometheus.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { createServed, type Served } from '../../support/served.ts';
import { releaseServed } from '../../support/served-release.ts';

const v1 = { version: 'v1', medianSeconds: 0.03, errorRatio: 0 };
const v2 = { version: 'v2', medianSeconds: 0.03, errorRatio: 0.5 };

/** How many instances each has. */
const services = { catalogue: 4, checkout: 4 };

const tooManyErrors = {
  alert: 'TooManyErrors',
  expr: 'sum by (service, version) (rate(http_requests_total{code="500"}[5s])) > 1',
  labels: { severity: 'critical' },
  annotations: { summary: '{{ $value | humanize }} errors a second' },
};

describeMonitored('an alert of a real Alertmanager', () => {
  let served: Served;
  let prometheus: TestPrometheus;
  let runtime: TestRuntime;
  let alertmanager: TestAlertmanager;

  beforeAll(async () => {
    [served, runtime] = await Promise.all([createServed({ services, rate: 10 }), startTestRuntime()]);
    alertmanager = await createAlertmanager({ webhookUrl: `${runtime.url}/v1/alerts` });
    prometheus = await createPrometheus({ targets: served.targets, rules: [tooManyErrors] });
    await prometheus.sendAlertsTo(alertmanager.url);
    await Promise.all(Object.keys(services).map(service => served.start(runtime, service, [v1, v2])));
    await prometheus.has('count(http_requests_total{code="200",version="v1"}) == 8');
  });

  afterAll(async () => {
    await served?.remove();
    await runtime?.stop();
    await alertmanager?.remove();
    await prometheus?.remove();
  });

  test.concurrent.each([
    ['catalogue', 'pause', 'paused', 'v2'],
    ['checkout', 'rollback', 'rolledBack', 'v1'],
  ])('that a release of %s sets off does as it asks for: %s', async (service, onAlert, status, runs) => {
    const strategy = { type: 'rolling', batchSize: 2, bakeSeconds: 120 };
    const release = await releaseServed(runtime.api, service, 'v2', { strategy, onAlert });

    const { reason } = await release.reaches(status);

    expect(reason).toContain('TooManyErrors');
    expect(await release.toldBatches()).toEqual([0]);
    expect((await release.versions()).sort()).toEqual(['v1', 'v1', runs, runs]);
  });
});
