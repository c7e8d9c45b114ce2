import { afterAll, describe, expect, test } from 'vitest';
import { unpackCounts } from '../../../functions/domain/analysis/samples.ts';
import { countFleet } from '../../support/counted-fleet.ts';
import { type Act, say } from '../../support/fake-prometheus.ts';
import { type Fleet, request } from '../../support/fleet.ts';
import { violationsOf } from '../../support/invariants.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import { until, waits } from './journeys.ts';
import { startJudging } from './judging.ts';

const { prometheus, runtime, stop } = await startJudging(1);
afterAll(stop);

const orders = { query: 'orders{version=~$version}', min: 1 };
const policy = { interval: 1, initialDelay: 0, count: 3, minSamples: 1, checks: [orders] };
const healthy = { rate: 50 };
const canary = (first: object = {}) => ({ type: 'canary', steps: [{ weight: 50, ...first }, { weight: 100 }] });

interface Asked {
  readonly strategy?: object;
  readonly analysis?: object;
  readonly onFailure?: 'pause' | 'rollback';
  /** What the check's query yields. */
  readonly orders?: () => number;
}

/** A release of v2 over two instances, one after the other, that is judged by what is ordered. */
async function whenJudged({
  strategy = canary(),
  analysis = {},
  onFailure = 'rollback',
  orders = () => 5,
}: Asked = {}) {
  const fleet = await givenFleet(runtime.api, 2);
  answerFor(fleet, orders);
  return whenReleased(runtime.api, fleet, 'v2', { strategy, onFailure, analysis: { ...policy, ...analysis } });
}

function answerFor(fleet: Fleet, orders = () => 5): Act {
  const answer = countFleet(fleet, () => healthy, orders);
  prometheus.answer(answer);
  return answer;
}

async function eventsOf(release: Release, ...types: string[]) {
  const events = await runtime.sql<{ type: string; batch: number; time: Date }>(
    'select type, batch, time from deploy_events where deploy_id = $1 and type = any ($2) order by id',
    [release.id, types],
  );
  return events;
}

/** The verdicts of the looks so far; each number once, as all that is kept of them says. */
async function looksOf({ id }: Release): Promise<readonly string[]> {
  expect(await violationsOf({ query: runtime.sql }, id)).toEqual([]);
  const looks = await runtime.sql<{ verdict: string }>(
    'select verdict from deploy_looks where deploy_id = $1 order by number',
    [id],
  );
  return looks.map(({ verdict }) => verdict);
}

/** Keeps every question to Prometheus without an answer until it is let go. */
function holdAnswers(answer: Act): { readonly asked: Promise<void>; release(): void } {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const held: (() => void)[] = [];
  let isHeld = true;
  prometheus.answer((response, question) => {
    if (!isHeld) return answer(response, question);
    held.push(() => answer(response, question));
    resolve();
  });
  return {
    asked,
    release: () => {
      isHeld = false;
      for (const go of held) go();
    },
  };
}

const reachesBake = (release: Release) => release.settles(({ plan }) => plan.batches[0]?.state === 'baking');

describe('while a look is taken', () => {
  test('a pause makes it void, and it is taken once the release goes on', async () => {
    const release = await whenJudged({ strategy: canary({ bakeSeconds: 600 }) });
    const holding = holdAnswers(answerFor(release.fleet));
    await reachesBake(release);
    await holding.asked;

    await release.pause();
    holding.release();
    // Whoever has asked is done by then.
    await waits(runtime, release, 'pause', 0);
    const paused = await looksOf(release);
    await release.continue();
    await until(async () => (await looksOf(release)).length >= 2, 'it is looked at');

    expect(paused).toEqual([]);
    expect(new Set(await looksOf(release))).toEqual(new Set(['pass']));
  });

  test('a rollback makes it void', async () => {
    const release = await whenJudged({ strategy: canary({ bakeSeconds: 600 }) });
    const holding = holdAnswers(answerFor(release.fleet));
    await reachesBake(release);
    await holding.asked;

    await release.rollBack();
    holding.release();
    await release.reaches('rolledBack');

    expect(await looksOf(release)).toEqual([]);
    expect(release.fleet.versions()).toEqual(['v1', 'v1']);
  });
});

describe('a Prometheus that does not answer', () => {
  test('is waited for by all questions of a look at once, and no longer than is set', async () => {
    const checks = [{ metric: 'latency', maxIncrease: '5%' }, orders, orders, orders];
    const release = await whenJudged({ analysis: { checks, providerErrorLimit: 2 } });
    prometheus.answer(() => undefined);

    await release.reaches('paused', 30);

    expect(await looksOf(release)).toEqual(['providerError', 'providerError', 'providerError']);
    expect((await release.read()).reason).toContain('did not answer within 1 s');
    const times = (await eventsOf(release, 'looked')).map(({ time }) => time.getTime());
    // A second of waiting for each look and one for its answer: six answers would take six.
    expect(Math.min(...times.slice(1).map((time, at) => time - (times[at] ?? 0)))).toBeLessThan(4000);
    prometheus.answer();
    await release.rollBack();
  });

  test('is gone on without, if that was asked for', async () => {
    const release = await whenJudged({ analysis: { onProviderError: 'continue', providerErrorLimit: 0 } });
    prometheus.answer(say(503, 'gone'));

    await release.reaches('completed', 30);

    expect(new Set(await looksOf(release))).toEqual(new Set(['providerError']));
  });

  test('is gone on without by whoever accepts it, for that bake, and is asked again all the same', async () => {
    const release = await whenJudged({ analysis: { providerErrorLimit: 0 } });
    prometheus.answer(say(503, 'gone'));
    await release.reaches('paused', 30);
    const before = await looksOf(release);

    await release.continue();
    await until(async () => (await looksOf(release)).length > before.length, 'it is looked at again');
    await release.settles(({ plan }) => plan.batches[0]?.state === 'done', 30);
    answerFor(release.fleet);
    await release.settles(({ status }) => status !== 'deploying', 30);

    expect(before).toEqual(['providerError']);
    expect(
      (await eventsOf(release, 'pausedOnAnalysis')).map(({ batch }) => batch).filter(batch => batch === 0),
    ).toEqual([0]);
  });
});

test('a Prometheus that is behind is asked for what it knows, and for the rest when it knows that', async () => {
  const fleet = await givenFleet(runtime.api, 2);
  prometheus.answer(
    countFleet(
      fleet,
      () => healthy,
      () => 5,
      3.7,
    ),
  );
  const analysis = { ...policy, minSamples: 100, checks: [orders, { metric: 'errorRatio', maxIncrease: 1 }] };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: canary(), analysis });

  await release.reaches('completed', 40);

  const looks = await runtime.sql<{ counts: string }>(
    'select counts from deploy_samples where deploy_id = $1 and look >= 0',
    [release.id],
  );
  const requests = looks.flatMap(({ counts }) => Object.values(unpackCounts(counts)).map(([count]) => count ?? 0));
  expect(requests.length).toBeGreaterThan(3);
  // Fifty a second, by whole numbers at either end.
  expect(requests.filter(count => Math.abs(count - healthy.rate) > 1)).toEqual([]);
  expect(new Set(await looksOf(release))).not.toContain('fail');
});

test('an updated instance that is not seen any more is not hidden by another that is', async () => {
  const fleet = await givenFleet(runtime.api, 3);
  prometheus.answer(countFleet(fleet, (version, name) => (version === 'v2' && name === 'i002' ? undefined : healthy)));
  const analysis = {
    interval: 1,
    initialDelay: 0,
    count: 12,
    minSamples: 1,
    checks: [{ metric: 'errorRatio', maxIncrease: 1 }],
  };
  const strategy = { type: 'canary', steps: [{ weight: 67 }, { weight: 100 }] };

  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy, analysis });
  await release.reaches('paused', 30);

  expect((await release.read()).reason).toBe(
    `${fleet.idOf('i002')} serves no requests, although some were to be expected`,
  );
  expect((await looksOf(release)).at(-1)).toBe('noData');
  await release.rollBack();
});

test('metrics of addresses, and not of instances, are told apart from no requests at all', async () => {
  const fleet = await givenFleet(runtime.api, 2);
  const scraped = new Proxy(fleet, {
    get: (of, key) => (key === 'idOf' ? (name: string) => `${name}:9000` : Reflect.get(of, key)),
  });
  prometheus.answer(countFleet(scraped, () => healthy));
  const analysis = { interval: 1, initialDelay: 0, count: 3 };

  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: canary(), analysis });
  await release.reaches('paused', 30);

  expect((await release.read()).reason).toMatch(
    /^too little data: 0 requests .*; Prometheus has some of i00\d:9000, and no instance that is known to run it reports under/,
  );
  await release.rollBack();
});

describe('a release that is watched after its last batch', () => {
  test('waits for a person when it fails then, if told so', async () => {
    let isWell = true;
    const strategy = { type: 'allAtOnce' };
    const orders = () => (isWell ? 5 : 0);
    const release = await whenJudged({ strategy, analysis: { watch: 600 }, onFailure: 'pause', orders });
    await until(async () => {
      await release.fleet.reportAll();
      return (await looksOf(release)).length >= 2;
    }, 'it is watched');

    isWell = false;
    await release.reaches('paused', 30);

    expect(release.fleet.versions()).toEqual(['v2', 'v2']);
    expect((await looksOf(release)).slice(0, 2)).toEqual(['pass', 'pass']);
    await release.rollBack();
  });

  test('is complete once that time is over, if it passed', async () => {
    const release = await whenJudged({ strategy: { type: 'allAtOnce' }, analysis: { watch: 1 } });

    await release.reaches('completed', 30);

    const looks = await looksOf(release);
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.at(-1)).toBe('pass');
  });
});

test('what is measured follows the settings of its service from the next look on', async () => {
  const release = await whenJudged({ strategy: canary({ bakeSeconds: 600 }) });
  await reachesBake(release);
  await until(async () => (await looksOf(release)).length >= 1, 'it is looked at');

  const requestCount = 'sum by (instance, version) (served{service=~$service})';
  await request(runtime.api, 'PUT', `/services/${release.fleet.service}/settings`, { metrics: { requestCount } });
  const asked = `select from deploy_looks where deploy_id = $1 and facts ->> 'queries' like '%served{%'`;
  await until(async () => (await runtime.sql(asked, [release.id])).length >= 2, 'it is asked by that template');

  expect(new Set(await looksOf(release))).toEqual(new Set(['pass']));
  await release.rollBack();
});

test('where no samples are asked for, checks are asked alone, and counters need not be there', async () => {
  const fleet = await givenFleet(runtime.api, 2);
  prometheus.answer((response, asked) => {
    const point = [Number(asked.form['time'] ?? asked.form['start']), '5'];
    const isRange = asked.path.endsWith('query_range');
    const result = [{ metric: {}, ...(isRange ? { values: [point] } : { value: point }) }];
    say(200, { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } })(response, asked);
  });
  const judge = (version: string, analysis: object) =>
    whenReleased(runtime.api, fleet, version, { strategy: canary(), analysis: { ...policy, ...analysis } });

  const healthyOne = await judge('v2', { minSamples: 0 });
  await healthyOne.reaches('completed', 30);
  const failing = await judge('v3', { minSamples: 0, checks: [{ ...orders, min: 6 }] });
  await failing.reaches('rolledBack', 30);
  const counted = await judge('v4', { minSamples: 1, providerErrorLimit: 0 });
  await counted.reaches('paused', 30);

  expect(new Set(await looksOf(healthyOne))).toEqual(new Set(['pass']));
  expect(await looksOf(failing)).toEqual(['fail']);
  const { items } = (await request(runtime.api, 'GET', '/changelog/deployment')) as { items: { version: string }[] };
  expect(items.find(({ version }) => version === 'v3')).toMatchObject({
    health: 'warning',
    batches: [{ status: 'undone', anomaly: expect.stringContaining('at least 6 failed in 1 looks') }, {}],
  });
  expect(await looksOf(counted)).toEqual(['providerError']);
});
