import type { StatusChange } from '#domain/status-change.ts';
import { callFunction, type FunctionRow, query } from '#platform/database.ts';

/** The changes that nobody has published for a while, the oldest of them. */
export async function leftUnpublished(): Promise<readonly StatusChange[]> {
  return unpublishedOf(await query<FunctionRow>('select left_unpublished()'));
}

/** The changes still to be published that a function's rows name. */
export function unpublishedOf(rows: readonly FunctionRow[]): readonly StatusChange[] {
  return rows.flatMap(row => (row.row === 'unpublished' ? (row['changes'] as StatusChange[]) : []));
}

/** Nobody publishes these again. */
export async function forgetChanges(published: readonly StatusChange[]): Promise<void> {
  await callFunction('forget_changes', { eventIDs: published.map(({ eventID }) => eventID) }, 'harmless');
}
