import { afterAll, expect, test } from 'vitest';
import { type Act, type Call, deliverTwice } from '../../support/faults.ts';
import { newName } from '../../support/fleet.ts';
import { startFaultyRuntime } from './faulty.ts';
import { judged } from './journeys.ts';

const { faults, moments, runtime, stop } = await startFaultyRuntime();
afterAll(stop);

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
