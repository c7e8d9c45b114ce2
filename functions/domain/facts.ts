import type { Policy } from './analysis/policy.ts';
import type { Tally } from './analysis/tally.ts';
import type { FiredAlert, OnAlert } from './fired-alert.ts';
import type { DeploymentStatus } from './statuses.ts';
import type { Strategy } from './strategy.ts';

/** All that a decision about a deployment depends on, as of one moment. Rests are seconds on its own clock, and may be negative. */
export interface Facts {
  readonly deployID: string;
  readonly service: string;
  readonly version: string;
  readonly status: DeploymentStatus;
  /** Which execution is the living one. */
  readonly generation: number;
  /** Which facts these are: a decision made of them is void once it has changed. */
  readonly revision: number;
  readonly strategy: Strategy;
  /** null: it is not judged by what is measured. */
  readonly analysis: Policy | null;
  /** null: it is not judged, or nothing has baked yet. */
  readonly look: LookFacts | null;
  readonly planned: boolean;
  readonly total: number;
  readonly failures: number;
  /** The last of them, and what it said. */
  readonly failure: string | null;
  readonly scheduleRest: number | null;
  /** The active deployment that a scheduled one stands behind. */
  readonly behind?: string;
  readonly batchCount: number;
  /** How many instances a plan made now would hold; null once there is one. */
  readonly plannable: number | null;
  /** The last batch begun. */
  readonly batch: BatchFacts | null;
  /** The batch being undone, or to be undone next. */
  readonly undo: UndoFacts | null;
  /** The first instances that did not come back. */
  readonly notReturned: readonly string[] | null;
  readonly onAlert: OnAlert;
  /** Of those that fired since the start, and that nobody has acted on or accepted, the worst. */
  readonly alert: FiredAlert | null;
  /** Instances of the batch under way whose time is over, and the rest until the next one's is. */
  readonly overdue: number;
  readonly dueRest: number | null;
}

export interface BatchFacts {
  readonly index: number;
  readonly size: number;
  readonly done: number;
  readonly failed: number;
  readonly state: 'deploying' | 'baking' | 'gated' | 'done';
  readonly bakeSeconds: number;
  readonly gate: boolean;
  readonly bakeRest: number | null;
}

export interface LookFacts {
  /** Until the next look is due; null: the bake, if there is one, has had its last. */
  readonly rest: number | null;
  /** What the looks of the last bake that had any add up to. */
  readonly tally: Tally | null;
}

export interface UndoFacts {
  readonly index: number;
  readonly size: number;
  readonly done: number;
  readonly failed: number;
  readonly state: 'deploying' | 'baking' | 'gated' | 'done' | 'undoing';
}

/**
 * How long a wait for a batch may last, in seconds: until the nearest deadline, yet never longer than an instance has that is
 * told in the meantime, whose deadline may come before those that were known.
 */
export function restOfBatch({ dueRest, strategy }: Facts): number {
  return Math.min(dueRest ?? strategy.batchTimeoutSeconds, strategy.batchTimeoutSeconds);
}
