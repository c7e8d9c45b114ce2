import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from '../api/checked-api.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  // What a shell has is not meant: the runtime is told.
  process.env['PROMETHEUS_URL'] = 'http://127.0.0.1:9';
  runtime = await startTestRuntime();
  await runtime.api('POST', '/services', { name: 'shop' });
});
afterAll(() => runtime.stop());

test.each(['/metrics/shop/latency', '/services/shop/metricStats', '/metricStats/shop'])(
  'without a Prometheus %s says how to set one',
  async path => {
    const told = await checkApi(runtime.api)('GET', path);

    expect(told).toMatchObject({ status: 503, body: { code: 'metricsNotConfigured' } });
    const { detail } = told.body as { detail: string };
    for (const way of ['PROMETHEUS_URL', '--prometheus-url', 'prometheus=managed', 'prometheusVpc']) {
      expect(detail).toContain(way);
    }
  },
);

test('settings need none', async () => {
  const path = '/services/shop/settings';

  expect(await runtime.api('PUT', path, { metrics: { traffic: 'vector(1)' } })).toMatchObject({ status: 200 });
  expect(await runtime.api('GET', path)).toMatchObject({ status: 200 });
});
