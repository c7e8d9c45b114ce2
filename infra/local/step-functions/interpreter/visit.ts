import type { Queries } from '../queries/queries.ts';
import type { Branch } from './branch.ts';
import type { State } from './definition.ts';
import type { Json } from './json.ts';

/** A branch's stay in one state. */
export interface Visit {
  readonly branch: Branch;
  readonly name: string;
  readonly state: State;
  readonly queries: Queries;
  readonly input: Json;
  readonly enteredId: number;
  readonly enteredTime: string;
  /** The event before the state was entered. */
  readonly previousId: number;
  retryCount: number;
  /** Of the current attempt of a task that waits for one. */
  token?: string | undefined;
  /** Records that the branches or iterations under way in it were ended by something outside. */
  noteInnerAborts?: (previousId: number) => void;
}

/** How a state was left: what it hands on, to where, and what it assigned. */
export interface Exit {
  readonly output: Json;
  readonly assigned?: ReadonlyMap<string, Json> | undefined;
  /** Undefined where the branch ends. */
  readonly next: string | undefined;
}

/** Does what a state is for; one for each `Type`. */
export type RunState = (visit: Visit) => Promise<Exit>;

const RETRYABLE = new Set(['Task', 'Map', 'Parallel']);

/** The context object at this moment, as `$states.context` or `$$` shows it. */
export function contextOf({ branch, name, state, enteredTime, retryCount, token }: Visit): Record<string, unknown> {
  const retries = RETRYABLE.has(state.Type) ? { RetryCount: retryCount } : undefined;
  return {
    ...branch.run.context,
    State: { EnteredTime: enteredTime, Name: name, ...retries },
    ...(branch.item && { Map: { Item: branch.item } }),
    ...(token !== undefined && { Task: { Token: token } }),
  };
}
