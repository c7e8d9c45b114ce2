import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { type Call, dieAfter, dieBefore } from '../../support/faults.ts';
import { newName } from '../../support/fleet.ts';
import { atOnce } from './at-once.ts';
import { startFaultyRuntime } from './faulty.ts';
import { type Ending, heldByAlert, type Journey, judged, oneAfterAnother, thereAndBack } from './journeys.ts';
import { describeRun, type TaskRun } from './moments.ts';
import { startReconciling } from './reconciling.ts';

const { faults, moments, runtime, stop } = await startFaultyRuntime();
afterAll(stop);

/** A task's Lambda dies after it has made so many of its calls. */
interface Death {
  readonly run: TaskRun;
  readonly after: number;
}

/** As seen in a run without faults, so that none is forgotten: before the first call, after the last, and between any two. */
function deathsIn(runs: readonly TaskRun[]): readonly Death[] {
  return runs.flatMap(run => Array.from({ length: run.calls + 1 }, (_, after) => ({ run, after })));
}

async function die(
  journey: Journey,
  { run, after }: Death,
): Promise<{ death: string; happened: boolean; ending: Ending }> {
  const service = newName();
  const isLast = after === run.calls;
  const isMoment = (call: Call) =>
    call.operation !== 'Invoke' &&
    moments.isRun(call.by, service, run) &&
    call.by?.calls.indexOf(call) === (isLast ? after - 1 : after);
  let happened = false;
  const interception = faults.intercept(isMoment, (call, forward) => {
    happened = true;
    return (isLast ? dieAfter : dieBefore)(call, forward);
  });
  const ending = await journey(runtime, service).catch(error => [String(error)]);
  interception.stop();
  return { death: `${describeRun(run)} dies after ${after} of ${run.calls} calls`, happened, ending };
}

test.each([
  ['there and back', thereAndBack],
  ['one release after another', oneAfterAnother],
  ['held by an alert', heldByAlert],
  ['judged', judged],
])('a task that dies at any moment changes nothing: %s', { timeout: 400_000 }, async (_, journey) => {
  const clean = newName();
  const ending = await journey(runtime, clean);
  const deaths = deathsIn(moments.runsOf(clean));
  const reconciling = startReconciling(runtime);

  const results = await atOnce(16, deaths, death => die(journey, death));
  await reconciling.stop();

  expect(results.filter(result => !isDeepStrictEqual(result.ending, ending))).toEqual([]);
  // How many looks there are, and so which of its calls a later task makes, depends on how long all takes.
  const missed = results.filter(({ happened }) => !happened).map(({ death }) => death);
  expect(missed.length).toBeLessThanOrEqual(journey === judged ? deaths.length / 3 : 0);
  // The machines' own Retry is enough.
  expect(await runtime.sql(`select * from deploy_events where type = 'executionReplaced'`)).toEqual([]);
});
