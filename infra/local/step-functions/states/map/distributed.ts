import { randomUUID } from 'node:crypto';
import { executionArn, mapRunArn } from '../../arn.ts';
import { History, NOT_TRUNCATED } from '../../history.ts';
import { Branch } from '../../interpreter/branch.ts';
import { Cancellation } from '../../interpreter/cancellation.ts';
import { StateFailure } from '../../interpreter/failure.ts';
import { runTogether } from '../../interpreter/group.ts';
import { Json } from '../../interpreter/json.ts';
import { createRun, type Run } from '../../interpreter/run.ts';
import { runBranch } from '../../interpreter/run-branch.ts';
import type { Visit } from '../../interpreter/visit.ts';
import type { Iterations } from './iterations.ts';
import { readTolerance, type Tolerance } from './tolerance.ts';

const MAX_CONCURRENCY = 1_000;
/** Of the history that a child keeps, which nobody reads here. */
const CHILD_HISTORY_LIMIT = 25_000;

type Child = Iterations['items'][number];

/**
 * Runs each iteration as a child execution of its own: with no variables from outside, and with a history of its own.
 * @throws States.ExceedToleratedFailureThreshold when more children fail than is tolerated
 */
export async function runMapRun(visit: Visit, iterations: Iterations): Promise<Json> {
  const { branch, state } = visit;
  const { items, processor, maxConcurrency } = iterations;
  const { place, context } = branch.run;
  const label = state.Label ?? randomUUID();
  branch.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const tolerance = await readTolerance(visit);
  branch.record('MapRunStarted', {
    mapRunStartedEventDetails: { mapRunArn: mapRunArn(place, context.StateMachine.Name, label, randomUUID()) },
  });

  const cancellation = new Cancellation(branch.cancellation);
  const outputs: (Json | undefined)[] = [];
  let failures = 0;
  let next = 0;
  const runNext = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      const child = items[index];
      if (!child) return;
      try {
        outputs[index] = await branchWait(branch, cancellation, runChild(visit, child, label, cancellation, processor));
      } catch (error) {
        if (!(error instanceof StateFailure)) throw error;
        failures += 1;
        if (isTooMany(failures, items.length, tolerance)) throw tooManyFailures();
      }
    }
  };
  const width = Math.min(items.length, maxConcurrency || MAX_CONCURRENCY, MAX_CONCURRENCY);
  try {
    await runTogether(
      branch,
      cancellation,
      Array.from({ length: width }, () => runNext),
      () => undefined,
    );
  } catch (error) {
    if (error instanceof StateFailure) {
      branch.record('MapRunFailed', { mapRunFailedEventDetails: { error: error.error, cause: error.reason } });
    }
    throw error;
  }
  const succeeded = branch.note('MapRunSucceeded');
  branch.note('MapStateSucceeded', undefined, succeeded);
  return Json.list(outputs.filter(output => output !== undefined));
}

/** Waits for a child, whose turns are its own, while other children are started. */
async function branchWait<T>(branch: Branch, cancellation: Cancellation, outside: Promise<T>): Promise<T> {
  branch.run.baton.pass();
  try {
    return await outside;
  } finally {
    await branch.run.baton.take();
    cancellation.throwIfCancelled();
  }
}

async function runChild(
  { branch }: Visit,
  { item, input }: Child,
  label: string,
  cancellation: Cancellation,
  processor: Iterations['processor'],
): Promise<Json> {
  const parent = branch.run;
  const run = createRun(
    { ...parent, context: contextOf(parent, label, input), history: childHistory(input) },
    cancellation,
  );
  const child = new Branch(run, { item });
  await run.baton.take();
  try {
    return await runBranch(child, processor, input);
  } finally {
    run.cancellation.dispose();
  }
}

function childHistory(input: Json): History {
  const history = new History(CHILD_HISTORY_LIMIT);
  history.append('ExecutionStarted', 0, {
    executionStartedEventDetails: { input: input.text, inputDetails: NOT_TRUNCATED },
  });
  return history;
}

function contextOf({ place, context }: Run, label: string, input: Json): Run['context'] {
  const name = randomUUID();
  const machine = `${context.StateMachine.Name}/${label}`;
  return {
    Execution: {
      ...context.Execution,
      Id: executionArn(place, machine, name),
      Name: name,
      Input: input.value,
      StartTime: new Date().toISOString(),
    },
    StateMachine: { Id: `${context.StateMachine.Id}/${label}`, Name: machine },
  };
}

function isTooMany(failures: number, items: number, { count, percentage }: Tolerance): boolean {
  if (count === undefined && percentage === undefined) return failures > 0;
  return failures > (count ?? Infinity) || (failures * 100) / items > (percentage ?? Infinity);
}

const tooManyFailures = (): StateFailure =>
  new StateFailure('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');
