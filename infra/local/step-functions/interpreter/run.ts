import type { Place } from '../arn.ts';
import type { History } from '../history.ts';
import type { Integrations } from '../tasks/integrations.ts';
import { Baton } from './baton.ts';
import { Cancellation } from './cancellation.ts';
import type { Machine } from './definition.ts';

/** The context object's parts that stay the same throughout an execution. */
export interface ExecutionContext {
  readonly Execution: {
    readonly Id: string;
    readonly Input: unknown;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly RedriveCount: number;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
}

/** One execution on its way: what all its branches share. */
export interface Run {
  readonly place: Place;
  readonly machine: Machine;
  readonly context: ExecutionContext;
  readonly history: History;
  readonly integrations: Integrations;
  readonly cancellation: Cancellation;
  readonly baton: Baton;
}

export function createRun(parts: Omit<Run, 'cancellation' | 'baton'>, parent?: Cancellation): Run {
  return { ...parts, cancellation: new Cancellation(parent), baton: new Baton() };
}
