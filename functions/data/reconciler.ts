import type { StatusChange } from '#domain/status-change.ts';
import type { SystemState } from '#domain/system-state.ts';
import { callFunction } from '#platform/database.ts';
import { unpublishedOf } from './changes.ts';
import { type EndedWait, type OpenDeployment, signalsOf } from './workflow.ts';

export interface Reconciled {
  readonly open: readonly OpenDeployment[];
  readonly signals: readonly EndedWait[];
  /** The oldest of them. */
  readonly unpublished: readonly StatusChange[];
  readonly state: ReconciledState;
}

/** As it was found. */
export interface ReconciledState extends SystemState {
  /** Releases that went wrong by themselves since the last time. */
  readonly failedDeployments: number;
  /** Nobody else is told so for the next minutes. */
  readonly isPruneDue: boolean;
}

/** Notes that the control plane is up; answers how it does, and what may have been left lying. */
export async function reconcile(args: { started: boolean; unseenSeconds: number }): Promise<Reconciled> {
  const rows = await callFunction('reconcile', args, 'harmless');
  const open = rows.filter(({ row }) => row === 'open') as unknown as OpenDeployment[];
  const state = rows.find(({ row }) => row === 'state') as unknown as ReconciledState;
  return { open, signals: signalsOf(rows), unpublished: unpublishedOf(rows), state };
}

/** How many of each kind a step has removed. */
export interface Pruned {
  readonly records: number;
  readonly states: number;
  readonly alerts: number;
  readonly samples: number;
  readonly idempotencyKeys: number;
  readonly lostInstances: number;
}

/** Removes a step's worth of what has been kept for so many days; answers what, and whether there may be more. */
export async function prune(days: Readonly<Record<string, number>>): Promise<{ removed: Pruned; more: boolean }> {
  const [answer] = await callFunction('prune', { days }, 'harmless');
  const { row: _, more, ...removed } = answer as unknown as Pruned & { row: string; more: boolean };
  return { removed, more };
}
