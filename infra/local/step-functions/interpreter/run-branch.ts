import { NOT_TRUNCATED } from '../history.ts';
import { queriesFor } from '../queries/index.ts';
import { states } from '../states/index.ts';
import type { Branch } from './branch.ts';
import type { Flow } from './definition.ts';
import { dataLimitExceeded, EvaluationFailure, errorOutputOf, FatalFailure, StateFailure } from './failure.ts';
import { Json } from './json.ts';
import { matches, Retries } from './retry.ts';
import type { Exit, Visit } from './visit.ts';
import { pause } from './wait.ts';

/**
 * Runs states from the first to the last of a flow, in the branch that holds the baton.
 * @returns the output of the last state
 * @throws StateFailure that no state caught, or Cancelled
 */
export async function runBranch(branch: Branch, flow: Flow, input: Json): Promise<Json> {
  let name: string | undefined = flow.StartAt;
  let data = input;
  while (name !== undefined) {
    const visit = enter(branch, flow, name, data);
    branch.visit = visit;
    const exit = await leaveOf(visit);
    branch.visit = undefined;
    data = exit.output;
    name = exit.next;
  }
  return data;
}

function enter(branch: Branch, flow: Flow, name: string, input: Json): Visit {
  const state = flow.States[name];
  if (!state) throw new StateFailure('States.Runtime', `There is no state '${name}'.`);
  const previousId = branch.last;
  const enteredTime = new Date().toISOString();
  const enteredId = branch.record(`${state.Type}StateEntered`, {
    stateEnteredEventDetails: { name, input: input.text, inputDetails: NOT_TRUNCATED },
  });
  const queries = queriesFor(state, branch.run.machine);
  return { branch, name, state, queries, input, enteredId, enteredTime, previousId, retryCount: 0 };
}

/** Runs the state, again where it is retried, and records how it was left. */
async function leaveOf(visit: Visit): Promise<Exit> {
  const retries = new Retries(visit.state);
  for (;;) {
    try {
      const exit = await states[visit.state.Type](visit);
      recordExit(visit, exit);
      return exit;
    } catch (error) {
      const failure = failureOf(error);
      recordFailure(visit, failure);
      const delay = retries.next(failure);
      if (delay === undefined) return catchFailure(visit, failure);
      await pause(visit.branch, delay);
      visit.retryCount += 1;
    }
  }
}

/** Hands the failure to the first catcher that means it. @throws the failure when there is none */
async function catchFailure(visit: Visit, failure: StateFailure): Promise<Exit> {
  const { state, branch } = visit;
  if (showsFailure(visit, failure)) branch.record(`${state.Type}StateFailed`);
  const catchers = state.Catch ?? [];
  const index = catchers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  const catcher = catchers[index];
  if (!catcher) throw failure;
  try {
    const completion = await visit.queries.recover(visit, catcher, index, Json.of(errorOutputOf(failure)));
    const exit = { ...completion, next: catcher.Next };
    recordExit(visit, exit);
    return exit;
  } catch (error) {
    const second = failureOf(error);
    recordFailure(visit, second);
    throw second;
  }
}

/** A Parallel or Map that failed has an event for it, unless the failure ends the execution at once. */
function showsFailure({ state }: Visit, failure: StateFailure): boolean {
  return (state.Type === 'Parallel' || state.Type === 'Map') && !(failure instanceof FatalFailure);
}

function recordExit({ branch, state, name }: Visit, { output, assigned }: Exit): void {
  if (output.tooLarge) throw dataLimitExceeded(name);
  branch.record(`${state.Type}StateExited`, {
    stateExitedEventDetails: {
      name,
      output: output.text,
      outputDetails: NOT_TRUNCATED,
      ...(assigned?.size && {
        assignedVariables: Object.fromEntries([...assigned].map(([key, value]) => [key, value.text])),
        assignedVariablesDetails: NOT_TRUNCATED,
      }),
    },
  });
  if (assigned) branch.scope.assign(assigned);
}

function recordFailure({ branch, name, enteredId, previousId }: Visit, failure: StateFailure): void {
  if (!(failure instanceof EvaluationFailure) || failure.recorded) return;
  failure.recorded = true;
  // Entering a state and evaluating its fields is one step to AWS, which follows what came before the state.
  if (branch.last === enteredId && !failure.afterEntry) branch.last = previousId;
  branch.record('EvaluationFailed', {
    evaluationFailedEventDetails: {
      error: failure.error,
      cause: failure.reason,
      ...(failure.location !== undefined && { location: failure.location }),
      state: name,
    },
  });
}

/** What a state threw, if it may be retried and caught; a cancellation, or a fault of ours, passes as it is. */
function failureOf(error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  throw error;
}
