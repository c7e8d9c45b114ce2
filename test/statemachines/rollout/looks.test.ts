import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FakePrometheus } from '../../support/fake-prometheus.ts';
import { type Act, type Call, deliverTwice, type Faults, startFaults } from '../../support/faults.ts';
import { newName } from '../../support/fleet.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { judged } from './journeys.ts';
import { startMeasured } from './measured.ts';
import { type Moments, watchMoments } from './moments.ts';

let faults: Faults;
let prometheus: FakePrometheus;
let moments: Moments;
let runtime: TestRuntime;
beforeAll(async () => {
  faults = await startFaults();
  prometheus = await startMeasured();
  moments = watchMoments(faults);
  runtime = await startTestRuntime({
    faults,
    prometheusUrl: prometheus.url,
    settings: { reportFastSeconds: 60, reportSlowSeconds: 60 },
  });
});
afterAll(async () => {
  await runtime.stop();
  prometheus.close();
});

/** Both run at the same time. */
const deliverAtOnce: Act = async (_, forward) => {
  const [answer] = await Promise.all([forward(), forward()]);
  return answer;
};

test.each([
  ['one after the other', deliverTwice],
  ['at once', deliverAtOnce],
])('a look that is asked for twice, %s, is taken once', async (_, act) => {
  const [clean, doubled] = [newName(), newName()];
  const isLook = (call: Call) =>
    call.operation === 'Invoke' && call.by?.task === 'JudgeBatch' && moments.serviceOf(call) === doubled;
  let times = 0;
  const interception = faults.intercept(
    isLook,
    (call, forward) => {
      times++;
      return act(call, forward);
    },
    Number.POSITIVE_INFINITY,
  );

  const endings = await Promise.all([judged(runtime, clean), judged(runtime, doubled)]);
  interception.stop();

  expect(times).toBeGreaterThan(1);
  // No violations are part of it: as many looks, events and requests as were counted.
  expect(endings[1]).toEqual(endings[0]);
  expect(endings[1]).toMatchObject([{ violations: [] }]);
});
