import type { SystemState } from '#domain/system-state.ts';
import { query } from '#platform/database.ts';

export interface SystemHealth extends SystemState {
  readonly databaseVersion: string;
  /** The last migration that was applied. */
  readonly schema: string;
}

export async function readSystemState(): Promise<SystemHealth> {
  const [state] = await query<SystemHealth>(`select system_state() - 'row' || jsonb_build_object(
    'databaseVersion', split_part(current_setting('server_version'), ' ', 1),
    'schema', (select max(name) from schema_migrations where name !~ '/'))`);
  if (!state) throw new Error('The control plane has no row.');
  return state;
}
