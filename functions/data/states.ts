import type { Actor } from '#domain/actor.ts';
import type { Health } from '#domain/statuses.ts';
import { callFunction, type FunctionRow, type Once } from '#platform/database.ts';
import { type EndedWait, signalsOf } from './workflow.ts';

/** What somebody says of a service as a whole, or of one version of it. */
export interface State {
  readonly health: Health;
  readonly version?: string | undefined;
  readonly message?: string | undefined;
  readonly correlationId?: string | undefined;
}

export interface StoredState extends State {
  readonly id: string;
  readonly reportTime: string;
}

/**
 * Resolves the open state of the same version and correlation id, and opens this one unless it is normal. `signals`: waits of the
 * releases that are to act on it.
 */
export async function reportState(
  state: State & { service: string; actor: Actor },
  once: Once,
): Promise<{ stored: StoredState; signals: readonly EndedWait[] }> {
  const rows = await callFunction('report_state', state, once);
  const found = rows.find((row): row is FunctionRow & StoredState => row.row === 'state');
  if (!found) throw new Error('report_state answered nothing');
  const { row: _, ...stored } = found;
  return { stored: stored as StoredState, signals: signalsOf(rows) };
}
