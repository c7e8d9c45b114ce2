import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { countFleet } from '../../support/counted-fleet.ts';
import { givenFleet, whenReleased } from '../../support/release.ts';
import { startJudging } from './judging.ts';

// A busy machine may take seconds to read as much as this.
const { prometheus, runtime, stop } = await startJudging(10);
afterAll(stop);

test('a Prometheus that answers more than can be held is asked for the last look alone', async () => {
  const fleet = await givenFleet(runtime.api, 2);
  const answer = countFleet(
    fleet,
    () => ({ rate: 50 }),
    () => 5,
  );
  const tooMuch = gzipSync(`{"status":"success","data":${' '.repeat(33_000_000)}`);
  prometheus.answer((response, asked) => {
    const { start, end } = asked.form;
    const isTooMuch = Number(end) - Number(start) > 1;
    if (!isTooMuch) return answer(response, asked);
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(tooMuch);
  });

  const release = await whenReleased(runtime.api, fleet, 'v2', {
    strategy: { type: 'canary', steps: [{ weight: 50, bakeSeconds: 600 }, { weight: 100 }] },
    analysis: { interval: 1, initialDelay: 0, minSamples: 1, checks: [{ query: 'orders{version=~$version}', min: 1 }] },
  });
  const firstLook = async () => (await release.events()).find(({ type }) => type === 'looked');
  await fleet.settle(async () => (await firstLook()) !== undefined);

  expect(await firstLook()).toMatchObject({ details: { verdict: 'pass' } });
  const before = 'select count(distinct look)::integer as looks from deploy_samples where deploy_id = $1 and look < 0';
  expect((await runtime.sql<{ looks: number }>(before, [release.id]))[0]?.looks).toBeLessThanOrEqual(1);
  await release.rollBack();
});
