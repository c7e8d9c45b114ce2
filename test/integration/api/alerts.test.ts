import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

let runtime: TestRuntime;
let api: Api;

beforeAll(async () => {
  runtime = await startTestRuntime();
  api = checkApi(runtime.api);
});

afterAll(() => runtime?.stop());

beforeEach(async () => {
  await runtime.sql('delete from alerts');
  await runtime.sql('delete from services');
  await api('POST', '/services', { name: 'checkout' });
});

interface Options {
  readonly status?: 'firing' | 'resolved';
  readonly startsAt?: string;
  readonly fingerprint?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function alert({
  status = 'firing',
  startsAt = '2026-01-01T00:00:00.123456789Z',
  fingerprint = 'f1',
  labels,
}: Options = {}) {
  return {
    status,
    labels: { alertname: 'HighErrorRatio', service: 'checkout', severity: 'critical', ...labels },
    annotations: { summary: '7 % of requests fail' },
    startsAt,
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-01-01T00:10:00Z',
    generatorURL: 'http://prometheus/graph',
    fingerprint,
  };
}

const group = (...alerts: object[]) => ({
  version: '4',
  groupKey: '{}:{}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'service-manager',
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager',
  alerts,
});

const groupOf = (count: number, write: (at: number) => string) =>
  `{"alerts":[${Array.from({ length: count }, (_, at) => write(at)).join(',')}]}`;

const small = (at: number) =>
  `{"status":"firing","labels":{"service":"a"},"startsAt":"2026-01-01T00:00:00Z","fingerprint":"${at}"}`;

const large = (at: number, char: string) =>
  JSON.stringify({
    ...alert({ fingerprint: `f${at}`, labels: Object.fromEntries(['a', 'b'].map(name => [name, char.repeat(1_900)])) }),
    annotations: { summary: char.repeat(2_000) },
  });

const listAlerts = async (query = '') => ((await api('GET', `/alerts${query}`)).body as { items: object[] }).items;

async function healthOf(name: string): Promise<string | undefined> {
  const { items } = (await api('GET', '/services')).body as { items: { name: string; health: string }[] };
  return items.find(service => service.name === name)?.health;
}

describe('alerts', () => {
  test('count in the health of their service until they are resolved', async () => {
    const fired = await api(
      'POST',
      '/alerts',
      group(alert(), alert({ fingerprint: 'f2', labels: { severity: 'info' } })),
    );
    const atWorst = await healthOf('checkout');
    await api('POST', '/alerts', group(alert({ status: 'resolved' })));
    const after = await healthOf('checkout');
    await api('POST', '/alerts', group(alert({ status: 'resolved', fingerprint: 'f2' })));
    const atLast = await healthOf('checkout');

    expect(fired).toEqual({ status: 200, body: { firing: 2, resolved: 0, ignored: [] } });
    expect([atWorst, after, atLast]).toEqual(['error', 'warning', 'normal']);
  });

  test('count in the health of the version that they name, too', async () => {
    for (const version of ['v1', 'v2'])
      await api('PUT', `/services/checkout/instances/checkout-${version}`, { version });
    const healthOfVersions = async () => {
      const { items } = (await api('GET', '/services/checkout/activeVersions')).body as { items: { health: string }[] };
      return items.map(({ health }) => health);
    };

    await api('POST', '/alerts', group(alert({ labels: { version: 'v2' } })));
    const firing = await healthOfVersions();
    await api('POST', '/alerts', group(alert({ status: 'resolved', labels: { version: 'v2' } })));

    expect(firing).toEqual(['normal', 'error']);
    expect(await healthOfVersions()).toEqual(['normal', 'normal']);
  });

  test('are listed, the latest first, by service and state', async () => {
    await api('POST', '/services', { name: 'cart' });
    const later = { fingerprint: 'f2', startsAt: '2026-02-01T00:00:00Z', labels: { service: 'cart', version: 'v2' } };
    await api('POST', '/alerts', group(alert({ status: 'resolved' }), alert(later)));

    const all = await listAlerts();
    const firing = await listAlerts('?state=firing');
    const resolved = await listAlerts('?service=checkout&state=RESOLVED');
    const first = (await api('GET', '/alerts?limit=1')).body as { next: string };
    const second = await listAlerts(`?limit=1&start=${first.next}`);

    expect(all).toMatchObject([
      {
        fingerprint: 'f2',
        service: 'cart',
        version: 'v2',
        health: 'error',
        state: 'firing',
        message: '7 % of requests fail',
      },
      {
        fingerprint: 'f1',
        state: 'resolved',
        startTime: '2026-01-01T00:00:00.123Z',
        resolveTime: '2026-01-01T00:10:00.000Z',
      },
    ]);
    expect([firing, resolved, second]).toEqual([[all[0]], [all[1]], [all[1]]]);
  });

  test('delivered a hundred times at once, resolved before firing, are one, and resolved', async () => {
    const deliveries = Array.from({ length: 100 }, (_, at) =>
      group(alert({ status: at % 3 === 0 ? 'resolved' : 'firing' })),
    );

    const replies = await Promise.all(deliveries.map(body => api('POST', '/alerts', body)));

    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await listAlerts()).toMatchObject([{ fingerprint: 'f1', state: 'resolved' }]);
    expect(await healthOf('checkout')).toBe('normal');
  });

  test('that name the same ones in opposite orders do not wait for each other in a circle', async () => {
    const many = Array.from({ length: 200 }, (_, at) => alert({ fingerprint: `f${at}` }));
    const rounds = Array.from({ length: 20 }, (_, at) => group(...(at % 2 ? many : many.toReversed())));

    const replies = await Promise.all(rounds.map(body => api('POST', '/alerts', body)));

    expect(replies.map(({ body }) => body)).toEqual(rounds.map(() => ({ firing: 200, resolved: 0, ignored: [] })));
  });

  test('that fire again end what fired before, whichever is delivered first', async () => {
    const again = { startsAt: '2026-01-02T00:00:00Z' };
    await api('POST', '/alerts', group(alert(again)));
    await api('POST', '/alerts', group(alert()));

    expect(await listAlerts('?state=firing')).toMatchObject([{ startTime: '2026-01-02T00:00:00.000Z' }]);
    expect(await listAlerts('?state=resolved')).toMatchObject([{ resolveTime: '2026-01-02T00:00:00.000Z' }]);
  });

  test('that have ended have done so whichever start they were told with before', async () => {
    const told = [
      alert({ startsAt: '2026-01-01T00:05:00Z' }),
      alert({ startsAt: '2026-01-01T00:10:00Z', fingerprint: 'f2' }),
    ];
    await api('POST', '/alerts', group(...told));

    await api(
      'POST',
      '/alerts',
      group(alert({ status: 'resolved' }), alert({ status: 'resolved', fingerprint: 'f2' })),
    );

    expect(await listAlerts('?state=firing')).toMatchObject([{ fingerprint: 'f2' }]);
    expect(await listAlerts('?state=resolved')).toMatchObject([
      { fingerprint: 'f1', startTime: '2026-01-01T00:05:00.000Z', resolveTime: '2026-01-01T00:10:00.000Z' },
      { startTime: '2026-01-01T00:00:00.123Z' },
      { startTime: '2026-01-01T00:00:00.123Z' },
    ]);
  });

  test('are taken with what others leave out, or write as nothing', async () => {
    const { annotations: _, endsAt: _endsAt, generatorURL: _url, ...bare } = alert();
    const empty = { ...alert({ fingerprint: 'f2' }), annotations: null, endsAt: null };

    const replies = await Promise.all(
      [
        { version: 4, alerts: [bare] },
        { version: '5', truncatedAlerts: 3, alerts: [empty] },
      ].map(body => api('POST', '/alerts', body)),
    );

    expect(replies.map(({ body }) => body)).toEqual(Array(2).fill({ firing: 1, resolved: 0, ignored: [] }));
  });

  test('about what nobody knows are taken with their group, and counted out if they cannot be kept', async () => {
    const { service: _, ...others } = alert().labels;
    const about = [
      alert({ labels: { service: 'unregistered' } }),
      { ...alert({ fingerprint: 'f2' }), labels: others },
      alert({ fingerprint: 'f3', labels: { service: 'no name' } }),
      alert({ fingerprint: 'f4', startsAt: '0000-01-01T00:00:00Z' }),
      alert({ fingerprint: 'f5', labels: { version: 'no version' } }),
    ];

    const { status, body } = await api('POST', '/alerts', group(...about));

    expect([status, body]).toEqual([
      200,
      {
        firing: 2,
        resolved: 0,
        ignored: [
          { fingerprint: 'f2', reason: 'has no label service' },
          { fingerprint: 'f3', reason: 'its label service is no name of a service' },
          { fingerprint: 'f4', reason: 'startsAt is not an RFC 3339 time of 1970 to 2199' },
        ],
      },
    ]);
  });

  test('come in large groups', async () => {
    const many = Array.from({ length: 2_000 }, (_, at) =>
      alert({ fingerprint: `f${at}`, labels: { detail: 'x'.repeat(500) } }),
    );

    const { status, body } = await api('POST', '/alerts', group(...many));

    expect([status, body]).toEqual([200, { firing: 2_000, resolved: 0, ignored: [] }]);
  });

  test.each<[string, string, number, object]>([
    ['many small ones', groupOf(40_000, at => small(at)), 200, { firing: 40_000 }],
    ['large labels in many bytes', groupOf(200, at => large(at, '世')), 200, { firing: 200 }],
    ['large texts of what JSON escapes', groupOf(250, at => large(at, '"')), 200, { firing: 250 }],
    ['large texts of control characters', groupOf(100, at => large(at, '\u0001')), 200, { firing: 100 }],
    ['deep ones', `{"alerts":[],"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 200, { firing: 0 }],
    ['more faults than can be told', groupOf(1_300_000, () => '{}'), 400, { detail: 'The request has 500 faults.' }],
    ['no alerts at all', groupOf(2_000_000, () => '0'), 400, { detail: 'The request has 500 faults.' }],
    [
      'a label for each fault',
      groupOf(1, () => `{"labels":{${Array.from({ length: 300_000 }, (_, at) => `"l${at}":1`)}}}`),
      400,
      { errors: expect.arrayContaining([{ path: 'body.alerts[0].labels', message: 'must have at most 200 entries' }]) },
    ],
  ])('come in groups of %s', async (_, body, status, told) => {
    const answer = await fetch(`${runtime.url}/v1/alerts`, { method: 'POST', body });

    expect(body.length).toBeLessThan(4 * 1024 * 1024);
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining(told)]);
  });

  test('may have labels of any name and text, of which is kept what can be', async () => {
    const odd =
      '{"__proto__":"a","constructor":"b","nul\\u0000":"c\\u0000","half\\ud83d":"d\\ud83d","service":"checkout"}';
    const body = `{"alerts":[{"status":"firing","labels":${odd},"annotations":{"__proto__":"a","summary":"\\u0000"},"startsAt":"2026-01-01T00:00:00Z","fingerprint":"__proto__"}]}`;

    const { status } = await fetch(`${runtime.url}/v1/alerts`, { method: 'POST', body });

    expect(status).toBe(200);
    expect(await listAlerts()).toMatchObject([
      {
        fingerprint: '__proto__',
        labels: { constructor: 'b', nul: 'c', 'half\ufffd': 'd\ufffd', service: 'checkout' },
      },
    ]);
  });

  test('are taken at the path that Alertmanager is often given, too', async () => {
    const { status } = await api('POST', '/integrations/alertmanager/webhook', group(alert()));

    expect([status, await healthOf('checkout')]).toEqual([200, 'error']);
  });

  test('that are none are refused with every fault', async () => {
    const { status, body } = await api('POST', '/alerts', {
      version: '4',
      alerts: [{ status: 'gone', labels: { a: 1 } }],
    });

    expect(status).toBe(400);
    expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path).sort()).toEqual([
      'body.alerts[0].fingerprint',
      'body.alerts[0].labels.a',
      'body.alerts[0].startsAt',
      'body.alerts[0].status',
    ]);
  });
});
