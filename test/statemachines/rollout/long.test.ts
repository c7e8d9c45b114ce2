import { type ExecutionListItem, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FakePrometheus } from '../../support/fake-prometheus.ts';
import { createFleet } from '../../support/fleet.ts';
import { violationsOf } from '../../support/invariants.ts';
import { whenReleased } from '../../support/release.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { executionsOf } from './executions.ts';
import { until, waits } from './journeys.ts';
import { startMeasured } from './measured.ts';

/** Past so many looks the next generation goes on; a look and its wait write at most 20 events. */
const looksInExecution = 20;
const eventsOfOne = 20 * (looksInExecution + 2);

let prometheus: FakePrometheus;
let runtime: TestRuntime;
beforeAll(async () => {
  prometheus = await startMeasured();
  runtime = await startTestRuntime({
    // A longer history ends its execution at once.
    historyLimit: eventsOfOne,
    prometheusUrl: prometheus.url,
    settings: { looksInExecution, reportFastSeconds: 60, reportSlowSeconds: 60 },
  });
});
afterAll(async () => {
  await runtime.stop();
  prometheus.close();
});

async function countEvents({ executionArn }: ExecutionListItem): Promise<number> {
  const { events } = await runtime.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events?.length ?? 0;
}

test('300 batches of one instance complete, over many executions', { timeout: 90_000 }, async () => {
  const fleet = await createFleet(runtime.api, 300);
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 1 } });

  for (const [batch, name] of fleet.names.entries()) {
    await waits(runtime, release, 'batch', batch);
    await fleet.report(name);
    await fleet.report(name);
  }
  await release.reaches('completed');

  const record = await release.record();
  const executions = await executionsOf(runtime, release.id);
  const events = await Promise.all(executions.map(countEvents));
  expect(record.filter(line => line.startsWith('batch'))).toEqual(
    fleet.names.flatMap((_, batch) => [`batchBegun ${batch}`, `batchDone ${batch}`]),
  );
  expect(new Set(fleet.versions())).toEqual(new Set(['v2']));
  expect(executions).toHaveLength(300 / looksInExecution);
  expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'SUCCEEDED'));
  expect(Math.max(...events)).toBeLessThan(eventsOfOne);
  expect(events.reduce((sum, count) => sum + count) / 300).toBeLessThanOrEqual(20);
});

test('more pauses than an execution has looks are kept through, inside a bake too', async () => {
  const fleet = await createFleet(runtime.api, 2);
  const strategy = { type: 'canary', steps: [{ weight: 50, bakeSeconds: 3600 }, { weight: 100 }] };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
  await waits(runtime, release, 'batch', 0);
  await fleet.report('i001');
  await fleet.report('i001');

  for (let times = 0; times < looksInExecution; times += 1) {
    await waits(runtime, release, 'bake', 0);
    await release.pause();
    await waits(runtime, release, 'pause', 0);
    await release.continue();
  }
  await waits(runtime, release, 'bake', 0);
  await release.rollBack();
  await release.reaches('rolledBack');

  const generations = (await executionsOf(runtime, release.id)).length;
  const types = (await release.events()).map(({ type }) => type);
  expect(generations).toBeGreaterThan(2);
  expect(types.filter(type => type === 'continuedAsNew').length).toBe(generations - 2);
  expect(types.filter(type => type === 'batchBegun')).toHaveLength(1);
  expect(fleet.versions()).toEqual(['v1', 'v1']);
});

test('more looks at what is measured than an execution has are taken, each once', { timeout: 60_000 }, async () => {
  const fleet = await createFleet(runtime.api, 2);
  const strategy = { type: 'canary', steps: [{ weight: 50 }, { weight: 100 }] };
  const checks = [{ query: 'orders', min: 0 }];
  const analysis = { interval: 1, initialDelay: 0, count: looksInExecution, minSamples: 1, checks };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy, analysis });

  await release.reaches('completed', 50);

  const statuses = async () => (await executionsOf(runtime, release.id)).map(({ status }) => status);
  // The last one ends a moment after its release.
  await until(async () => !(await statuses()).includes('RUNNING'), 'its executions have ended');
  const executions = await executionsOf(runtime, release.id);
  const events = await Promise.all(executions.map(countEvents));
  expect((await release.record()).filter(line => line.startsWith('looked')).length).toBeGreaterThan(
    looksInExecution / 2,
  );
  expect(await violationsOf({ query: runtime.sql }, release.id)).toEqual([]);
  expect(executions.length).toBeGreaterThan(1);
  expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'SUCCEEDED'));
  expect(Math.max(...events)).toBeLessThan(eventsOfOne);
});
