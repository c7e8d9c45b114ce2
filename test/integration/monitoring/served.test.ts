import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { createServed, type Served } from '../../support/served.ts';
import { releaseServed } from '../../support/served-release.ts';

const healthy = { version: 'v1', medianSeconds: 0.01, errorRatio: 0 };
const failing = { version: 'v2', medianSeconds: 0.01, errorRatio: 1 };
const silent = { version: 'v3', medianSeconds: 0.01, errorRatio: 0, isSilent: true };

describe('an instance with real metrics', () => {
  let runtime: TestRuntime;
  let served: Served;

  beforeAll(async () => {
    [runtime, served] = await Promise.all([startTestRuntime(), createServed({ services: { checkout: 1 }, rate: 50 })]);
    await served.start(runtime, 'checkout', [healthy, failing, silent]);
  });

  afterAll(async () => {
    await served?.remove();
    await runtime?.stop();
  });

  test('counts what it serves by code and by duration, under its service, version and name', async () => {
    const labels = 'service="checkout",version="v1",instance="checkout-1"';

    await expect
      .poll(scrape, { timeout: 10_000 })
      .toMatch(new RegExp(`^http_requests_total{code="200",${labels}} [1-9]`, 'm'));

    expect(await scrape()).toMatch(new RegExp(`^http_request_duration_seconds_bucket{le="0.1",${labels}} [1-9]`, 'm'));
  });

  test('starts to count anew with each version that is installed, and counts nothing while it is silent', async () => {
    await (await releaseServed(runtime.api, 'checkout', 'v2')).reaches('completed');
    await expect.poll(scrape, { timeout: 10_000 }).toContain('{code="500",service="checkout",version="v2"');
    const failed = await scrape();
    await (await releaseServed(runtime.api, 'checkout', 'v3')).reaches('completed');
    await expect.poll(scrape, { timeout: 10_000 }).toContain('version="v3"');
    // Some ten requests.
    await delay(300);
    const muted = await scrape();

    expect(failed).not.toContain('code="200"');
    expect(muted).toContain('http_request_duration_seconds_count{service="checkout",version="v3"');
    expect(muted).not.toMatch(/http_requests_total{|_count{.*} [1-9]/);
  });

  async function scrape(): Promise<string> {
    const [target] = served.targets;
    const answer = await fetch(target?.url ?? '');
    return answer.text();
  }
});
