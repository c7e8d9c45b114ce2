import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeMonitored } from '../../support/monitoring.ts';
import { createPrometheus, type TestPrometheus } from '../../support/prometheus.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from '../api/checked-api.ts';

/** A minute, twenty ago. Samples go on past now, so that there always is one. */
const origin = 60 * Math.floor(Date.now() / 60_000) - 1200;
const seconds = 1800;

interface Told {
  readonly service: string;
  readonly version: string;
  /** Each second. */
  readonly requests: number;
  readonly errors?: number;
  readonly cpu?: number;
}

const odd = 'v2.0+build:a/b';

const story: readonly Told[] = [
  { service: 'shop', version: 'v1.0', requests: 10, errors: 0, cpu: 0.25 },
  { service: 'shop', version: odd, requests: 20, errors: 5 },
  // What unescaped names would match too.
  { service: 'shop', version: 'v1x0', requests: 100 },
  { service: 'shop', version: 'v2.00build:a/b', requests: 100 },
  { service: 'shopX', version: 'v1.0', requests: 1000 },
  { service: 'a.b', version: 'v1', requests: 1 },
  { service: 'aXb', version: 'v1', requests: 1000 },
  { service: 'idle', version: 'v1', requests: 0, errors: 0, cpu: 0 },
];

/** Half of the requests take up to 0.1 s, the others up to 1 s; scraped every 15 s. */
function tell({ service, version, requests, errors, cpu }: Told): string[] {
  const labels = `service="${service}",version="${version}",instance="${service}-${version}"`;
  const lines: string[] = [];
  for (let at = 0; at <= seconds; at += 15) {
    const add = (name: string, more: string, each: number) => {
      lines.push(`${name}{${labels}${more}} ${each * at} ${origin + at}`);
    };
    add('http_requests_total', ',code="200"', requests - (errors ?? 0));
    if (errors !== undefined) add('http_requests_total', ',code="500"', errors);
    add('http_request_duration_seconds_bucket', ',le="0.1"', requests / 2);
    add('http_request_duration_seconds_bucket', ',le="1"', requests);
    add('http_request_duration_seconds_bucket', ',le="+Inf"', requests);
    if (cpu !== undefined) add('process_cpu_seconds_total', '', cpu);
  }
  return lines;
}

let runtime: TestRuntime;
let api: TestRuntime['api'];

async function register(...names: readonly string[]): Promise<void> {
  for (const name of names) await api('POST', '/services', { name });
}

describeMonitored('with a real Prometheus', () => {
  let prometheus: TestPrometheus;

  beforeAll(async () => {
    prometheus = await createPrometheus({ targets: [], history: story.flatMap(tell) });
    // A path in the address stays.
    runtime = await startTestRuntime({ prometheusUrl: `${prometheus.url}/` });
    api = checkApi(runtime.api);
    await register('shop', 'a.b', 'idle', 'silent');
  });

  afterAll(async () => {
    await runtime?.stop();
    await prometheus?.remove();
  });

  const range = { start: origin + 300, end: origin + 900, step: 60 };

  async function ask(query: string, { start, end, step } = range): Promise<string> {
    const parameters = { query, start: String(start), end: String(end), step: String(step) };
    const answer = await fetch(`${prometheus.url}/api/v1/query_range?${new URLSearchParams(parameters)}`);
    return answer.text();
  }

  async function read(path: string): Promise<string> {
    const answer = await fetch(`${runtime.url}/v1/metrics${path}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    return answer.text();
  }

  const asked = `start=${range.start}&end=${range.end}&granule=1m`;
  const shop = 'service=~"shop",version=~".*",instance=~".*"';
  const versioned = 'service=~"shop",version=~"v2\\\\.0\\\\+build:a/b",instance=~".*"';
  const traffic = (labels: string) => `sum(rate(http_requests_total{${labels}}[60s]))`;
  const latency = (labels: string) =>
    `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${labels}}[60s])))`;

  test.each([
    ['/shop/traffic', traffic(shop), '230'],
    ['/shop/latency', latency(shop), '0.91'],
    [`/shop/traffic?version=${encodeURIComponent(odd)}`, traffic(versioned), '20'],
    ['/shop/saturation', `avg(rate(process_cpu_seconds_total{${shop}}[60s]))`, '0.25'],
    ['/a.b/traffic', traffic('service=~"a\\\\.b",version=~".*",instance=~".*"'), '1'],
  ])('%s is byte for byte what Prometheus answers', async (path, query, value) => {
    const body = await read(path + (path.includes('?') ? '&' : '?') + asked);

    expect(body).toBe(await ask(query));
    const { data } = JSON.parse(body) as { data: { result: { values: [number, string][] }[] } };
    expect(data.result).toHaveLength(1);
    expect(data.result[0]?.values).toHaveLength(11);
    for (const [, text] of data.result[0]?.values ?? []) expect(Number(text)).toBeCloseTo(Number(value), 5);
  });

  test('errors are another name of errorRatio, in any case', async () => {
    const body = await read(`/shop/errors?${asked}&version=${encodeURIComponent(odd)}`);

    expect(await read(`/shop/ErrorRatio?${asked}&version=${encodeURIComponent(odd)}`)).toBe(body);
    expect(JSON.parse(body).data.result[0].values[0]).toEqual([range.start, '0.25']);
  });

  test('times may be written either way, and are rounded down to the granule', async () => {
    const written = (at: number) => new Date(1000 * at).toISOString();
    const [start, end] = [range.start + 7, range.end + 59.5];

    const body = await read(`/shop/traffic?start=${written(start)}&end=${written(end)}&granule=60`);
    // With a plus that nobody encoded.
    const offset = await read(`/shop/traffic?start=${written(start).replace('Z', '+00:00')}&end=${end}&granule=60`);

    expect(body).toBe(await ask(traffic(shop)));
    expect(offset).toBe(body);
  });

  test('without a range it is the last hour, minute by minute', async () => {
    const body = await read('/shop/traffic');

    const times = (JSON.parse(body).data.result[0].values as [number][]).map(([time]) => time);
    const last = 60 * Math.floor(Date.now() / 60_000);
    expect([last, last - 60]).toContain(times.at(-1));
    expect(times.every(time => time % 60 === 0)).toBe(true);
  });

  test('rates are taken over the granule, if it is longer than four scrapes', async () => {
    const fine = { ...range, step: 15 };
    const coarse = {
      ...range,
      start: 300 * Math.floor(range.start / 300),
      end: 300 * Math.floor(range.end / 300),
      step: 300,
    };

    expect(await read(`/shop/traffic?start=${fine.start}&end=${fine.end}&granule=15s`)).toBe(
      await ask(traffic(shop), fine),
    );
    expect(await read(`/shop/traffic?start=${range.start}&end=${range.end}&granule=5m`)).toBe(
      await ask(traffic(shop).replace('60s', '300s'), coarse),
    );
  });

  test.each([
    'shop"} or vector(1) or up{a="',
    'shop|a.b',
    '.*',
    'shop\\',
    "shop'",
    'shop`',
    'shop\n#',
    '$version',
    'shop{',
  ])('the name %j of a service, a version or a metric injects nothing', async name => {
    const encoded = encodeURIComponent(name);

    const told = [
      await runtime.api('GET', `/metrics/${encoded}/traffic`),
      await runtime.api('GET', `/metrics/shop/traffic?version=${encoded}`),
      await runtime.api('GET', `/metrics/shop/${encoded}`),
      await runtime.api('GET', `/services/${encoded}/metricStats`),
      await runtime.api('GET', `/metrics/shop/traffic?granule=${encoded}`),
    ];

    expect(told.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
  });

  test('a version that would match others as a regular expression matches itself alone', async () => {
    const body = JSON.parse(await read(`/shop/traffic?${asked}&version=v1.0`));

    expect(Number(body.data.result[0].values[0][1])).toBeCloseTo(10, 5);
  });

  describe('the signals now', () => {
    const metric = (body: unknown, version?: string) => {
      const { summary, items } = body as {
        summary: { metrics: { name: string; value: number | null }[] };
        items: { version: string; metrics: { name: string; value: number | null }[] }[];
      };
      const { metrics } = version === undefined ? summary : (items.find(item => item.version === version) ?? summary);
      return Object.fromEntries(
        metrics.map(({ name, value }) => [name, value === null ? null : Number(value.toFixed(3))]),
      );
    };

    test('are those of all and of each version, in milliseconds and per cent, absent apart from zero', async () => {
      await api('PUT', '/services/shop/instances/shop-new', { version: 'v3' });

      const { body } = await api('GET', '/services/shop/metricStats');

      expect((body as { items: { version: string }[] }).items.map(({ version }) => version)).toEqual(
        ['v1.0', 'v1x0', odd, 'v2.00build:a/b', 'v3'].sort(),
      );
      expect(metric(body)).toEqual({ latency: 910, traffic: 230, errorRatio: 2.174, saturation: 25 });
      expect(metric(body, 'v1.0')).toEqual({ latency: 910, traffic: 10, errorRatio: 0, saturation: 25 });
      expect(metric(body, odd)).toEqual({ latency: 910, traffic: 20, errorRatio: 25, saturation: null });
      expect(metric(body, 'v3')).toEqual({ latency: null, traffic: null, errorRatio: null, saturation: null });
    });

    test('of a service without requests are zero where they are counted', async () => {
      const { body } = await api('GET', '/metricStats/idle');

      expect(metric(body)).toEqual({ latency: null, traffic: 0, errorRatio: null, saturation: 0 });
    });

    test('of a service that Prometheus knows nothing of are null', async () => {
      const { body } = await api('GET', '/metricStats/silent');

      expect(body).toEqual({
        summary: {
          metrics: ['latency', 'traffic', 'errorRatio', 'saturation'].map(name => ({ name, value: null })),
        },
        items: [],
      });
    });
  });

  test("a service's own template takes the place of the default, until it goes back", async () => {
    const own = 'max(http_requests_total{service=~$service,version=~$version})';
    await api('PUT', '/services/shop/settings', { metrics: { traffic: own } });

    const replaced = await read(`/shop/traffic?${asked}`);
    await api('PUT', '/services/shop/settings', { metrics: { traffic: null } });
    const back = await read(`/shop/traffic?${asked}`);

    expect(replaced).toBe(await ask('max(http_requests_total{service=~"shop",version=~".*"})'));
    expect(back).toBe(await ask(traffic(shop)));
  });

  test.each([
    ['sum(', /lacks/, 400],
    ['summ(up)', /^Prometheus refuses the query: .*summ/, 502],
    ['up or vector(1) by', /^Prometheus refuses the query: .*parse error/, 502],
  ])('the template %s is told to be wrong', async (template, words, status) => {
    const set = await api('PUT', '/services/idle/settings', { metrics: { latency: template } });

    const told = set.status === 200 ? await api('GET', '/metrics/idle/latency') : set;

    expect(told).toMatchObject({ status });
    expect(JSON.stringify(told.body)).toMatch(status === 400 ? words : /metricsUnavailable/);
    if (status === 502) expect((told.body as { detail: string }).detail).toMatch(words);
    await api('PUT', '/services/idle/settings', { metrics: { latency: null } });
  });

  test('a template that gives several series is told to be wrong where one is meant', async () => {
    await api('PUT', '/services/idle/settings', { metrics: { traffic: 'http_requests_total{service=~$service}' } });

    const told = await api('GET', '/metricStats/idle');

    expect(told).toMatchObject({ status: 502, body: { code: 'metricsUnavailable' } });
    expect((told.body as { detail: string }).detail).toBe(
      'The template traffic gives several series, where one is meant: aggregate them.',
    );
    await api('PUT', '/services/idle/settings', { metrics: { traffic: null } });
  });
});
