import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderTemplate } from '../../../functions/domain/metrics/render.ts';
import { defaultTemplates } from '../../../functions/domain/metrics/templates.ts';
import { describeMonitored } from '../../support/monitoring.ts';
import { createPrometheus, type TestPrometheus } from '../../support/prometheus.ts';

/** Ten minutes ago, on a minute. */
const origin = 60 * Math.floor(Date.now() / 60_000) - 600;

interface Told {
  readonly instance: string;
  readonly version: string;
  /** From the origin, in seconds. */
  readonly from: number;
  readonly to: number;
  /** Each second. */
  readonly requests: number;
  readonly errors: number;
}

const story: readonly Told[] = [
  { instance: 'steady', version: 'v1', from: 0, to: 180, requests: 10, errors: 0 },
  { instance: 'updated', version: 'v1', from: 0, to: 65, requests: 10, errors: 0 },
  { instance: 'updated', version: 'v2+a:b/c', from: 75, to: 180, requests: 10, errors: 2 },
];

/** Half of the requests take up to 0.1 s, the others up to 1 s; scraped every 5 s. */
function* tell({ instance, version, from, to, requests, errors }: Told): Generator<string> {
  const labels = `service="checkout",instance="${instance}",version="${version}"`;
  for (let at = from; at <= to; at += 5) {
    const count = requests * (at - from);
    const failed = errors * (at - from);
    const add = (name: string, more: string, value: number) => `${name}{${labels},${more}} ${value} ${origin + at}`;
    yield add('http_requests_total', 'code="200"', count - failed);
    if (failed > 0) yield add('http_requests_total', 'code="503"', failed);
    yield add('http_request_duration_seconds_bucket', 'le="0.1"', count / 2);
    yield add('http_request_duration_seconds_bucket', 'le="1"', count);
    yield add('http_request_duration_seconds_bucket', 'le="+Inf"', count);
  }
}

describeMonitored('what a real Prometheus counted', () => {
  let prometheus: TestPrometheus;
  let reading: typeof import('../../../functions/platform/prometheus/read-counts.ts');
  let values: typeof import('../../../functions/platform/prometheus/read-value.ts');

  beforeAll(async () => {
    const other = `http_requests_total{service="checkout2",instance="x",version="v1",code="200"} 1 ${origin}`;
    prometheus = await createPrometheus({
      targets: [],
      history: [...story.flatMap(told => [...tell(told)]), other],
    });
    Object.assign(process.env, { PROMETHEUS_URL: prometheus.url, PROMETHEUS_TIMEOUT_SECONDS: '10' });
    reading = await import('../../../functions/platform/prometheus/read-counts.ts');
    values = await import('../../../functions/platform/prometheus/read-value.ts');
  });

  afterAll(() => prometheus?.remove());

  test('is read look by look, instance by instance', async () => {
    const counts = await reading.readCounts({
      service: 'checkout',
      templates: defaultTemplates,
      from: origin,
      to: origin + 180,
      lookSeconds: 60,
    });

    expect(counts.buckets).toEqual([0.1, 1]);
    expect(counts.looks).toEqual([
      {
        time: origin + 60,
        rows: {
          steady: [{ version: 'v1', counts: [600, 0, 300, 300, 0] }],
          updated: [{ version: 'v1', counts: [600, 0, 300, 300, 0] }],
        },
      },
      // The updated one is there under both versions: Prometheus shows what has gone for five minutes.
      {
        time: origin + 120,
        rows: {
          steady: [{ version: 'v1', counts: [600, 0, 300, 300, 0] }],
          updated: [{ version: 'v1', counts: [50, 0, 25, 25, 0] }],
        },
      },
      {
        time: origin + 180,
        rows: {
          steady: [{ version: 'v1', counts: [600, 0, 300, 300, 0] }],
          updated: [
            { version: 'v1', counts: [0, 0, 0, 0, 0] },
            { version: 'v2+a:b/c', counts: [600, 120, 300, 300, 0] },
          ],
        },
      },
    ]);
    expect(counts.queries).toHaveLength(3);
  });

  test('is one number where one is asked for', async () => {
    const of = (name: keyof typeof defaultTemplates, version: string) =>
      values.readValue(
        renderTemplate(defaultTemplates[name], { service: 'checkout', version, windowSeconds: 60 }),
        origin + 175,
      );

    expect(await of('traffic', 'v2+a:b/c')).toBeCloseTo(10);
    expect(await of('errorRatio', 'v2+a:b/c')).toBeCloseTo(0.2);
    expect(await of('errorRatio', 'v1')).toBe(0);
    expect(await of('latency', 'v1')).toBeGreaterThan(0.1);
    expect(await of('saturation', 'v1')).toBeNull();
    expect(await of('errorRatio', 'v3')).toBeNull();
  });

  test.each([
    ['up{', 'refused', /^Prometheus refuses the query: .*parse error/],
    ['http_requests_total', 'unusable', /^The query gives 5 series, where one is meant: aggregate it\.$/],
    ['http_requests_total[5m]', 'unusable', /range/],
    ['"words"', 'unusable', /something else than numbers/],
  ])('no number for %s is an error of the kind %s', async (promql, kind, message) => {
    await expect(values.readValue(promql, origin + 175)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    });
  });

  test('no data is null, and so is no number; infinity is a number', async () => {
    expect(await values.readValue('absent_metric', origin)).toBeNull();
    expect(await values.readValue('0 / 0', origin)).toBeNull();
    expect(await values.readValue('vector(0)', origin)).toBe(0);
    expect(await values.readValue('1 / 0', origin)).toBe(Number.POSITIVE_INFINITY);
    expect(await values.readValue('42', origin)).toBe(42);
  });
});
