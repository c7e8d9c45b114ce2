import type { Json } from '../interpreter/json.ts';
import type { ExecutionContext } from '../interpreter/run.ts';
import type { TaskEvents } from './events.ts';
import type { Tokens } from './tokens.ts';

/** A call of a service that is under way. */
export interface Call {
  /** What the service answered. @throws StateFailure */
  readonly answered: Promise<Json>;
  /** For `.sync`: the result of the job that the answer began. @throws StateFailure */
  readonly done?: Promise<Json>;
  /** Ends it as far as it can be ended, when nobody waits for it any more. */
  abandon(): void;
}

/** What a Task's `Resource` stands for. */
export interface Integration {
  readonly events: TaskEvents;
  /** Whether the task goes on after the answer: until its token is sent, or its job is done. */
  readonly waits: boolean;
  call(parameters: Json, context: ExecutionContext): Call;
}

export interface Integrations {
  readonly tokens: Tokens;
  /** Undefined for a resource that is not supported. */
  find(resource: string): Integration | undefined;
}
