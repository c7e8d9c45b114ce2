import type { Retrier, State } from './definition.ts';
import { FatalFailure, type StateFailure } from './failure.ts';

/** Whether an error name is meant by an `ErrorEquals`. */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  if (failure instanceof FatalFailure) return false;
  return errorEquals.some(name => {
    if (name === 'States.ALL' || name === failure.error) return true;
    if (name === 'States.TaskFailed') return failure.error !== 'States.Timeout';
    // A missed heartbeat shows as States.Timeout, and may be caught by either name.
    return name === 'States.HeartbeatTimeout' && failure.error === 'States.Timeout';
  });
}

/** The retries that one visit of a state has used up, for each retrier by itself. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(state: State) {
    this.#retriers = state.Retry ?? [];
  }

  /** Milliseconds until the next attempt; undefined if there is none. */
  next(failure: StateFailure): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used.set(retrier, used + 1);
    return delayOf(retrier, used) * 1000;
  }
}

function delayOf(retrier: Retrier, used: number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const delay = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds);
  return retrier.JitterStrategy === 'FULL' ? Math.random() * delay : delay;
}
