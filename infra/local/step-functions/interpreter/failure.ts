/** What ends a state, and unless it is retried or caught, its execution: an error name and a cause, either may lack. */
export class StateFailure extends Error {
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(error: string | undefined, reason?: string) {
    super(`${error ?? 'failed'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
  }
}

/** A query that could not be evaluated; has an event of its own. */
export class EvaluationFailure extends StateFailure {
  /** The field, as in `Arguments/FunctionName`; not known for a state's input as a whole. */
  readonly location: string | undefined;
  /** Whether the state had done a step before it: then the event follows that step, else what came before the state. */
  readonly afterEntry: boolean;
  /** Whether its event has been written; a failure passes through the states around the one that it arose in. */
  recorded = false;

  constructor(reason: string, location?: string, afterEntry = false) {
    super('States.QueryEvaluationError', reason);
    this.location = location;
    this.afterEntry = afterEntry;
  }
}

/** Ends the execution whatever its states catch. */
export class FatalFailure extends StateFailure {}

/** Work that somebody else ended: a sibling failed, or the execution was stopped. Nothing is recorded for it. */
export class Cancelled extends Error {}

export const runtimeFailure = (reason: string): FatalFailure => new FatalFailure('States.Runtime', reason);

export const timeout = (): StateFailure => new StateFailure('States.Timeout');

export const dataLimitExceeded = (what: string): StateFailure =>
  new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );

/** What a Catch hands on. A timeout has an empty cause; what was failed without a name or a cause has nulls. */
export function errorOutputOf(failure: StateFailure): { Error: string | null; Cause: string | null } {
  const missing = failure.error === 'States.Timeout' ? '' : null;
  return { Error: failure.error ?? null, Cause: failure.reason ?? missing };
}
