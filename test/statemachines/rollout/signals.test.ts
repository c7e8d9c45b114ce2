import { isDeepStrictEqual } from 'node:util';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineArn } from '../../../infra/place.ts';
import { type Act, type Call, deliverTwice, hold, lose, loseAnswer, losing } from '../../support/faults.ts';
import { createFleet, newName } from '../../support/fleet.ts';
import { whenReleased } from '../../support/release.ts';
import { atOnce } from './at-once.ts';
import { startFaultyRuntime } from './faulty.ts';
import {
  type Ending,
  heldByAlert,
  type Journey,
  judged,
  oneAfterAnother,
  thereAndBack,
  until,
  waits,
} from './journeys.ts';
import { type Reconciling, startReconciling } from './reconciling.ts';

const { faults, moments, runtime, stop } = await startFaultyRuntime();
afterAll(stop);

/** The SDK sends what it got no answer to so many times. */
const sdkAttempts = 3;

describe.each<[string, Journey]>([
  ['there and back', thereAndBack],
  ['one release after another', oneAfterAnother],
  ['held by an alert', heldByAlert],
  ['judged', judged],
])('signals of a journey: %s', { timeout: 90_000 }, (_, journey) => {
  let ending: Ending;
  let signals: readonly string[];
  let reconciling: Reconciling;
  beforeAll(async () => {
    const clean = newName();
    ending = await journey(runtime, clean);
    signals = moments.signalledOf(clean);
    reconciling = startReconciling(runtime);
  });
  afterAll(() => reconciling.stop());

  /** Makes the journey once for each signal, with something done to that one. */
  async function journeysWith(act: (service: string) => { act: Act; times: number }) {
    const results = await atOnce(8, signals, async signal => {
      const service = newName();
      const isSignal = (call: Call) =>
        call.operation === 'SendTaskSuccess' && moments.serviceOf(call) === service && moments.waitOf(call) === signal;
      const { act: deal, times } = act(service);
      const interception = faults.intercept(isSignal, deal, times);
      const ended = await journey(runtime, service).catch(error => [String(error)]);
      interception.stop();
      return { signal, ending: ended };
    });
    return results.filter(result => !isDeepStrictEqual(result.ending, ending));
  }

  test('there are some', () => {
    expect(signals.length).toBeGreaterThan(1);
  });

  test.concurrent('one that comes twice does no harm', async () => {
    expect(await journeysWith(() => ({ act: deliverTwice, times: 1 }))).toEqual([]);
  });

  test.concurrent('one that comes late, into the wait after its own, does no harm', async () => {
    const late = await journeysWith(service => {
      const { act, held, release } = hold('before');
      const ends = new Set(['finish_rollback', 'complete_deployment']);
      const isLater = (call: Call) =>
        moments.serviceOf(call) === service &&
        (ends.has(call.operation) || (call.operation === 'Invoke' && call.by?.task.startsWith('Choose') === false));
      held.then(() =>
        faults.intercept(isLater, async (_, forward) => {
          const answer = await forward();
          release();
          return answer;
        }),
      );
      return { act, times: 1 };
    });

    expect(late).toEqual([]);
  });

  test.concurrent('one that is lost is sent again', async () => {
    expect(await journeysWith(() => ({ act: lose, times: sdkAttempts }))).toEqual([]);
  });

  test.concurrent('one whose answer is lost is sent again, and does no harm', async () => {
    expect(await journeysWith(() => ({ act: loseAnswer, times: sdkAttempts }))).toEqual([]);
  });
});

const isSignalOf = (service: string) => (call: Call) =>
  call.operation === 'SendTaskSuccess' && moments.serviceOf(call) === service;

test('a lost signal is sent again by the next report', async () => {
  const fleet = await createFleet(runtime.api, 2);
  const lost = faults.intercept(isSignalOf(fleet.service), lose, sdkAttempts);

  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 1 } });
  await release.reaches('completed');

  await lost.happened;
  expect(fleet.versions()).toEqual(['v2', 'v2']);
});

const isStart = ({ operation }: Call) => operation === 'StartExecution';

test('an execution that could not be started is started by the reconciler', async () => {
  const fleet = await createFleet(runtime.api, 2);

  const release = await losing(faults, isStart, () => whenReleased(runtime.api, fleet, 'v2'));
  const before = await release.read();
  await runtime.invoke('Reconcile', {});
  await release.reaches('completed');

  expect(before.status).toBe('deploying');
  expect((await release.events()).map(({ type }) => type)).not.toContain('executionReplaced');
});

test('a rollback whose execution could not be started is started by the reconciler', async () => {
  const fleet = await createFleet(runtime.api, 2);
  const release = await whenReleased(runtime.api, fleet, 'v2');
  await release.reaches('completed');

  const reply = await losing(faults, isStart, () => release.rollBack());
  await runtime.invoke('Reconcile', {});
  await release.reaches('rolledBack');

  expect(reply.status).toBe(200);
  expect(fleet.versions()).toEqual(['v1', 'v1']);
});

test('a plan that could not be made with the release is made by its execution', async () => {
  const fleet = await createFleet(runtime.api, 2);
  const isPlan = ({ operation, by }: Call) => operation === 'plan_deployment' && by === undefined;

  const release = await losing(faults, isPlan, () => whenReleased(runtime.api, fleet, 'v2'));
  await release.reaches('completed');

  expect(fleet.versions()).toEqual(['v2', 'v2']);
});

test('an execution of an old generation, started again under another name, ends as superseded', async () => {
  const fleet = await createFleet(runtime.api, 2);
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy: { type: 'allAtOnce' } });
  await waits(runtime, release, 'batch', 0);
  await release.rollBack();
  await release.reaches('rolledBack');
  const ended = await release.record();

  const { executionArn } = await runtime.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(runtime.place, 'rollout'),
      name: `${release.id}-again`,
      input: JSON.stringify({ deployID: release.id, generation: 1 }),
    }),
  );
  const describeIt = () => runtime.sfn.send(new DescribeExecutionCommand({ executionArn }));
  await until(async () => (await describeIt()).status === 'SUCCEEDED', 'the execution has ended');

  expect(await release.record()).toEqual(ended);
  expect((await release.read()).status).toBe('rolledBack');
});
