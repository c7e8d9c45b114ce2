import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { type TaskName, tasks } from '../../../functions/tasks.ts';
import type { MachineName } from '../../../infra/place.ts';
import { hold } from '../../support/faults.ts';
import { newName } from '../../support/fleet.ts';
import { atOnce } from './at-once.ts';
import { countRunning, stopExecution } from './executions.ts';
import { startFaultyRuntime } from './faulty.ts';
import { type Ending, heldByAlert, type Journey, judged, oneAfterAnother, thereAndBack, until } from './journeys.ts';
import { describeRun } from './moments.ts';
import { startReconciling } from './reconciling.ts';

const { faults, moments, runtime, stop } = await startFaultyRuntime();
afterAll(stop);

/** Makes a journey whose execution is stopped at one moment; `happened` says whether that moment came. */
interface Stop {
  readonly moment: string;
  make(): Promise<{ happened: boolean; ending: Ending }>;
}

/** Before and after each run of a task: its Lambda goes on all the same, late, while another execution has taken over. */
function stopsAtTasks(journey: Journey, clean: string): readonly Stop[] {
  return moments.runsOf(clean).flatMap(run =>
    (['before', 'after'] as const).map(when => ({
      moment: `${when} ${describeRun(run)}`,
      make: async () => {
        const service = newName();
        const { act, held, release } = hold(when);
        let happened = false;
        const interception = faults.intercept(
          call => call.operation === 'Invoke' && moments.isRun(call.by, service, run),
          act,
        );
        const stopped = held.then(async ({ by }) => {
          happened = true;
          await stopExecution(runtime, machineOf(run.task), String(by?.deployID), by?.generation);
          await runtime.invoke('Reconcile', {});
          release();
        });
        const ending = await journey(runtime, service).catch(error => [String(error)]);
        interception.stop();
        if (happened) await stopped;
        return { happened, ending };
      },
    })),
  );
}

const machineOf = (task: string): MachineName => tasks[task as TaskName].machine ?? 'rollout';

/** While it waits for its token. */
function stopsWhileWaiting(journey: Journey, steps: readonly string[]): readonly Stop[] {
  return steps.map(step => ({
    moment: `while it waits at step ${step}`,
    make: async () => {
      let happened = false;
      const stopAtStep: NonNullable<Parameters<Journey>[2]> = async (name, releases) => {
        if (name !== step) return;
        happened = true;
        for (const { id } of releases)
          await stopExecution(runtime, step.startsWith('undo') ? 'rollback' : 'rollout', id);
        await runtime.invoke('Reconcile', {});
      };
      const ending = await journey(runtime, newName(), stopAtStep).catch(error => [String(error)]);
      return { happened, ending };
    },
  }));
}

test.each([
  ['there and back', thereAndBack],
  ['one release after another', oneAfterAnother],
  ['held by an alert', heldByAlert],
  ['judged', judged],
])(
  'an execution stopped at any state is taken over, and nothing is lost or done twice: %s',
  {
    timeout: 120_000,
  },
  async (_, journey) => {
    const clean = newName();
    const steps: string[] = [];
    const ending = await journey(runtime, clean, async step => {
      steps.push(step);
    });
    const stops = [...stopsAtTasks(journey, clean), ...stopsWhileWaiting(journey, steps)];
    const reconciling = startReconciling(runtime);

    const results = await atOnce(16, stops, async ({ moment, make }) => ({ moment, ...(await make()) }));
    await reconciling.stop();

    expect(results.filter(result => !isDeepStrictEqual(result.ending, ending))).toEqual([]);
    // How many looks there are, and so how often a task runs, depends on how long all takes.
    const missed = results.filter(({ happened }) => !happened).map(({ moment }) => moment);
    expect(missed.length).toBeLessThanOrEqual(journey === judged ? stops.length / 3 : 0);
    await until(async () => (await countRunning(runtime)) === 0, 'no execution runs on');
  },
);
