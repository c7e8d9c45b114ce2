import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultTemplates } from '../../../functions/domain/metrics/templates.ts';
import { type FakePrometheus, say, startFakePrometheus } from '../../support/fake-prometheus.ts';
import { newName } from '../../support/fleet.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from '../api/checked-api.ts';

let prometheus: FakePrometheus;
let runtime: TestRuntime;
let api: Api;

beforeAll(async () => {
  prometheus = await startFakePrometheus();
  runtime = await startTestRuntime({ prometheusUrl: prometheus.url, settings: { prometheusTimeoutSeconds: 1 } });
  api = checkApi(runtime.api);
});
afterAll(async () => {
  await runtime.stop();
  prometheus.close();
});

async function newService(): Promise<string> {
  const name = newName();
  await api('POST', '/services', { name });
  return name;
}

const asDefault = Object.fromEntries(
  Object.entries(defaultTemplates).map(([name, template]) => [name, { template, isDefault: true }]),
);

const own = (template: string) => ({ template, isDefault: false });

describe("a service's templates", () => {
  test('are the defaults at first', async () => {
    const service = await newService();

    expect(await api('GET', `/services/${service}/settings`)).toEqual({ status: 200, body: { metrics: asDefault } });
  });

  test('are replaced one by one, and go back one by one', async () => {
    const service = await newService();
    const path = `/services/${service}/settings`;

    await api('PUT', path, { metrics: { traffic: 'vector(1)', latency: 'vector(2)' } });
    const second = await api('PUT', path, { metrics: { traffic: 'vector(3)', saturation: null } });
    const third = await api('PUT', path, { metrics: { latency: null } });
    const unchanged = await api('PUT', path, {});

    expect(second.body).toEqual({
      metrics: { ...asDefault, traffic: own('vector(3)'), latency: own('vector(2)') },
    });
    expect(third.body).toEqual({ metrics: { ...asDefault, traffic: own('vector(3)') } });
    expect(unchanged).toEqual(third);
    expect(await api('GET', path)).toEqual(third);
  });

  test('of two changes at once are both kept', async () => {
    const service = await newService();
    const path = `/services/${service}/settings`;
    const names = Object.keys(defaultTemplates);

    await Promise.all(names.map(name => api('PUT', path, { metrics: { [name]: 'vector(1)' } })));

    const { body } = await api('GET', path);
    expect(body).toEqual({ metrics: Object.fromEntries(names.map(name => [name, own('vector(1)')])) });
  });

  test('are as long as they may be, in any script', async () => {
    const service = await newService();
    const long = `vector(1) # ${'長'.repeat(1988)}`;
    const metrics = Object.fromEntries(Object.keys(defaultTemplates).map(name => [name, long]));

    const told = await api('PUT', `/services/${service}/settings`, { metrics });

    expect(long).toHaveLength(2000);
    expect(told.status).toBe(200);
    expect(await api('GET', `/services/${service}/settings`)).toEqual(told);
    expect(await api('GET', `/services/${service}/metricStats`)).toMatchObject({ status: 200 });
  });

  test('are gone with the service', async () => {
    const service = await newService();
    await api('PUT', `/services/${service}/settings`, { metrics: { traffic: 'vector(1)' } });

    await api('DELETE', `/services/${service}`);
    await api('POST', '/services', { name: service });

    expect((await api('GET', `/services/${service}/settings`)).body).toEqual({ metrics: asDefault });
  });

  test('are told all that is wrong with them', async () => {
    const service = await newService();

    const { status, body } = await api('PUT', `/services/${service}/settings`, {
      metrics: {
        latency: 'up{service=$service} or $x',
        traffic: `vector(1)${' '.repeat(2000)}`,
        errorRatio: 5,
        errors: 'vector(1)',
        saturation: 'up\0',
      },
      other: 1,
    });

    expect(status).toBe(400);
    expect((body as { errors: object[] }).errors).toEqual([
      {
        path: 'body.metrics.latency',
        message: 'has $service where it is not matched against: write service=~$service',
      },
      { path: 'body.metrics.latency', message: 'has $x, which is none of $service, $version, $instance, $window' },
      { path: 'body.metrics.traffic', message: 'must have at most 2000 characters' },
      { path: 'body.metrics.errorRatio', message: 'must be a string' },
      { path: 'body.metrics.saturation', message: 'must be well-formed Unicode without NUL' },
      { path: 'body.metrics.errors', message: 'is not a known field' },
      { path: 'body.other', message: 'is not a known field' },
    ]);
  });

  test('of an unknown service are not found', async () => {
    for (const [method, body] of [['GET'], ['PUT', { metrics: { traffic: 'vector(1)' } }]] as const) {
      expect(await api(method, '/services/nobody/settings', body)).toMatchObject({
        status: 404,
        body: { code: 'serviceNotFound' },
      });
    }
  });
});

test('metrics of an unknown service are not found, and Prometheus is not asked', async () => {
  const before = prometheus.asked.length;

  for (const path of ['/metrics/nobody/latency', '/services/nobody/metricStats', '/metricStats/nobody']) {
    expect(await api('GET', path)).toMatchObject({ status: 404, body: { code: 'serviceNotFound' } });
  }

  expect(prometheus.asked).toHaveLength(before);
});

test('a request for metrics is told all that is wrong with it', async () => {
  const faultsOf = async (path: string) => {
    const { status, body } = await api('GET', path);
    return [status, (body as { errors?: { path: string; message: string }[] }).errors];
  };
  const instant = 'must be an RFC 3339 time, such as 2030-01-31T09:00:00Z, or seconds since 1970';
  const granule = 'must be whole seconds, or a duration such as "1m", "5m" or "1h", of at most 7 days';

  expect(await faultsOf('/metrics/-/load?version=-&start=now&end=1e9&granule=0&step=1')).toEqual([
    400,
    [
      { path: 'path.service', message: expect.stringContaining('must be 1 to 128') },
      { path: 'path.name', message: 'must be one of latency, traffic, errorRatio, saturation, errors' },
      { path: 'query.version', message: expect.stringContaining('must be 1 to 255') },
      { path: 'query.start', message: instant },
      { path: 'query.end', message: instant },
      { path: 'query.granule', message: granule },
      { path: 'query.step', message: 'is not a known field' },
    ],
  ]);
  expect(await faultsOf('/metrics/-/latency?start=4000000000&end=1000&granule=8d')).toEqual([
    400,
    [
      { path: 'path.service', message: expect.any(String) },
      { path: 'query.granule', message: granule },
      { path: 'query.start', message: 'is in the future' },
      { path: 'query.end', message: 'is before start' },
    ],
  ]);
  expect(await faultsOf('/metrics/x/latency?start=2030-02-30T00:00:00Z&granule=1.5s')).toMatchObject([
    400,
    [{ path: 'query.start' }, { path: 'query.granule' }],
  ]);
  expect(await faultsOf('/metrics/x/latency?start=1000000000&end=1100000000&granule=1h')).toEqual([
    400,
    [{ path: 'query.granule', message: 'gives 27779 points, of at most 11000: at least 9092s' }],
  ]);
});

describe('metrics are unavailable while Prometheus', () => {
  const hang = () => undefined;

  test.each([
    ['fails', say(500, ''), /status 500/],
    ['does not answer', hang, /did not answer within 1 s/],
    [
      'answers nonsense',
      say(200, { status: 'success', data: { resultType: 'string' } }),
      /something else than numbers/,
    ],
    ['breaks off', (response: { destroy(): void }) => response.destroy(), /cannot be reached/],
  ])('%s', async (_, act, detail) => {
    const service = await newService();
    prometheus.answer(act);

    const told = [await api('GET', `/metrics/${service}/latency`), await api('GET', `/metricStats/${service}`)];
    prometheus.answer();

    for (const reply of told) {
      expect(reply).toMatchObject({
        status: 502,
        body: { code: 'metricsUnavailable', detail: expect.stringMatching(detail) },
      });
    }
  });

  test.each([
    ['as it is', 'a'.repeat(6_000_000)],
    ['as a function writes it', '"'.repeat(2_500_000)],
  ])('answers more than a function may, %s', async (_, text) => {
    const service = await newService();
    prometheus.answer(say(200, { status: 'success', data: { resultType: 'matrix', result: [text] } }));

    const told = await api('GET', `/metrics/${service}/latency`);
    prometheus.answer();

    expect(told).toMatchObject({
      status: 502,
      body: { code: 'metricsUnavailable', detail: expect.stringContaining('larger than 5 MB') },
    });
  });

  test('is asked as often for many versions as for none', async () => {
    const service = await newService();
    const count = async () => {
      const before = prometheus.asked.length;
      await api('GET', `/metricStats/${service}`);
      return prometheus.asked.length - before;
    };

    const [none] = [await count()];
    for (let at = 0; at < 30; at += 1) {
      await api('PUT', `/services/${service}/instances/${service}-${at}`, { version: `v${at}` });
    }

    expect([none, await count()]).toEqual([5, 5]);
  });
});
