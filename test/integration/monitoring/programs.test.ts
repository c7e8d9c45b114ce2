import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAlertmanager, type TestAlertmanager } from '../../support/alertmanager.ts';
import { describeMonitored } from '../../support/monitoring.ts';
import { createPrometheus, type TestPrometheus } from '../../support/prometheus.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';

describeMonitored('a Prometheus and an Alertmanager', () => {
  let runtime: TestRuntime;
  let instance: Server;
  let alertmanager: TestAlertmanager;
  let prometheus: TestPrometheus;
  let load = 1;

  beforeAll(async () => {
    [runtime, instance] = await Promise.all([
      startTestRuntime({ auth: true }),
      serve(() => `load{service="checkout",instance="i-1"} ${load}\n`),
    ]);
    await runtime.api('POST', '/services', { name: 'checkout' });
    const { body } = await runtime.api('POST', '/tokens', { name: 'alertmanager', role: 'alerts' });
    const { token } = body as { token: string };
    alertmanager = await createAlertmanager({ webhookUrl: `${runtime.url}/v1/alerts`, token });
    prometheus = await createPrometheus({
      targets: [{ url: `http://127.0.0.1:${(instance.address() as AddressInfo).port}/metrics` }],
      rules: [
        {
          alert: 'Overloaded',
          expr: 'load > 10',
          labels: { severity: 'critical' },
          annotations: { summary: 'load is {{ $value }}' },
        },
      ],
    });
    await prometheus.sendAlertsTo(alertmanager.url);
  });

  afterAll(async () => {
    await prometheus?.remove();
    await alertmanager?.remove();
    await runtime?.stop();
    instance?.closeAllConnections();
    instance?.close();
  });

  test('know instances by the names that they give themselves', async () => {
    const [series] = await prometheus.has('load');

    expect(series?.metric).toMatchObject({ service: 'checkout', instance: 'i-1' });
  });

  test('keep what was measured over a kill', async () => {
    await prometheus.has('load');
    const before = Date.now() / 1000;

    await prometheus.kill();
    await expect(prometheus.query('load')).rejects.toThrow('fetch failed');
    await prometheus.start();

    expect(await prometheus.query(`load @ ${before}`)).toMatchObject([{ metric: { instance: 'i-1' } }]);
  });

  test('send an alert that fires, and later that it is resolved', async () => {
    const alerts = async () => (await runtime.api('GET', '/alerts')).body;
    const expected = { service: 'checkout', health: 'error', message: 'load is 11' };

    load = 11;
    await expect.poll(alerts, { timeout: 20_000 }).toMatchObject({ items: [{ ...expected, state: 'firing' }] });
    load = 1;

    await expect.poll(alerts, { timeout: 20_000 }).toMatchObject({ items: [{ ...expected, state: 'resolved' }] });
  });
});

async function serve(write: () => string): Promise<Server> {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/plain').end(write()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
