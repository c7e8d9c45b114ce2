import type { Health } from '#domain/statuses.ts';
import { callFunction, type FunctionRow, type Once } from '#platform/database.ts';

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

/** Resolves the open state of the same version and correlation id, and opens this one unless it is normal. */
export async function reportState(state: State & { service: string }, once: Once): Promise<StoredState> {
  const [stored] = await callFunction<FunctionRow & StoredState>('report_state', state, once);
  if (!stored) throw new Error('report_state answered nothing');
  const { row: _, ...told } = stored;
  return told as StoredState;
}
