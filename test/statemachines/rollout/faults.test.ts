import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { type Act, type Call, refuse, refuseAfter } from '../../support/faults.ts';
import { newName } from '../../support/fleet.ts';
import { atOnce } from './at-once.ts';
import { startFaultyRuntime } from './faulty.ts';
import { type Journey, judged, thereAndBack } from './journeys.ts';
import { describeRun, type TaskRun } from './moments.ts';
import { startReconciling } from './reconciling.ts';

const { faults, moments, runtime, stop } = await startFaultyRuntime();
afterAll(stop);

/** Whether the task sends it again itself, or leaves it to its machine's Retry. */
interface Fault {
  readonly name: string;
  readonly act: Act;
  readonly isLeft: boolean;
}

const kinds: readonly Fault[] = [
  { name: 'throttled', act: refuse({ name: 'ThrottlingException', status: 400 }), isLeft: false },
  {
    name: 'answered 500 after it ran',
    act: refuseAfter({ name: 'InternalServerErrorException', status: 500 }),
    isLeft: true,
  },
];

interface Case extends Fault {
  readonly run: TaskRun;
  readonly nth: number;
}

/** Lets one statement of one task fail; answers it, and how the journey ended. */
async function fail(journey: Journey, { act, run, nth }: Case) {
  const service = newName();
  let failed: Call | undefined;
  const isMoment = (call: Call) =>
    call.isStatement && moments.isRun(call.by, service, run) && statementsOf(call).indexOf(call) === nth;
  const { stop } = faults.intercept(isMoment, (call, forward) => {
    failed = call;
    return act(call, forward);
  });
  const ending = await journey(runtime, service).catch(error => [String(error)]);
  stop();
  return { failed, ending };
}

const statementsOf = ({ by }: Call) => (by?.calls ?? []).filter(({ isStatement }) => isStatement);

const countStatements = (service: string, run: TaskRun) =>
  faults.calls.filter(call => call.isStatement && moments.isRun(call.by, service, run)).length;

/** Read only, or idempotent by themselves: sent again whatever became of them. */
const harmless = ['deployment_facts', 'clear_token', 'forget_changes', 'left_unpublished', 'look_facts', 'store_look'];

test.each([
  ['there and back', thereAndBack],
  ['judged', judged],
])(
  'a task whose statements fail changes nothing: what has not run it sends again, the rest it leaves to its machine: %s',
  {
    timeout: 400_000,
  },
  async (_, journey) => {
    const clean = newName();
    const ending = await journey(runtime, clean);
    const cases = moments
      .runsOf(clean)
      .flatMap(run => Array.from({ length: countStatements(clean, run) }, (_, nth) => ({ run, nth })))
      .flatMap(moment => kinds.map(kind => ({ ...kind, ...moment })));
    const reconciling = startReconciling(runtime);

    const results = await atOnce(16, cases, async one => ({ ...one, ...(await fail(journey, one)) }));
    await reconciling.stop();

    const happened = results.flatMap(({ failed, ...one }) => (failed ? [{ ...one, failed }] : []));
    const astray = happened.filter(one => !isDeepStrictEqual(one.ending, ending));
    const misjudged = () =>
      happened.filter(one => isRepeated(one) !== (!one.isLeft || harmless.includes(one.failed.operation)));
    const show = ({ run, name, failed }: (typeof happened)[number]) =>
      `${describeRun(run)}: ${failed.operation} ${name}`;
    // How many looks there are, and so how often a task runs, depends on how long all takes.
    expect(happened.length).toBeGreaterThan(cases.length * (journey === judged ? 0.6 : 0.9));
    expect(astray.map(show)).toEqual([]);
    // The last statement of a release may fail after its end, and is sent again a while after that.
    await expect.poll(() => misjudged().map(show), { timeout: 10_000 }).toEqual([]);
  },
);

function isRepeated({ failed, nth }: { readonly failed: Call; readonly nth: number }): boolean {
  return statementsOf(failed)[nth + 1]?.operation === failed.operation;
}
