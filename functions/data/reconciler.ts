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
  /** As it was found, with the releases that went wrong by themselves since the last time. */
  readonly state: SystemState & { readonly failedDeployments: number };
}

/** Notes that the control plane is up; answers how it does, and what may have been left lying. */
export async function reconcile(args: { started: boolean }): Promise<Reconciled> {
  const rows = await callFunction('reconcile', args, 'harmless');
  const open = rows.filter(({ row }) => row === 'open') as unknown as OpenDeployment[];
  const state = rows.find(({ row }) => row === 'state') as unknown as Reconciled['state'];
  return { open, signals: signalsOf(rows), unpublished: unpublishedOf(rows), state };
}
