import { leftUnpublished } from '#data/changes.ts';
import type { StatusChange } from '#domain/status-change.ts';
import { publishChanges } from '#platform/events.ts';

/** Enough for thousands after EventBridge was away; what is left then is the next minute's. */
const lastsMs = 10_000;

/** Publishes what was left lying, from the first of it on, as far as EventBridge takes it. */
export async function publishLeft(first: readonly StatusChange[]): Promise<void> {
  const end = Date.now() + lastsMs;
  let changes = first;
  while (changes.length > 0 && Date.now() < end) {
    if (!(await publishChanges(changes))) return;
    changes = await leftUnpublished();
  }
}
