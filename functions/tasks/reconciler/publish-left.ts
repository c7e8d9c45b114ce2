import { leftUnpublished } from '#data/changes.ts';
import type { StatusChange } from '#domain/status-change.ts';
import { publishChanges } from '#platform/events.ts';

/** Enough for thousands after EventBridge was away; what is left then is the next minute's. */
const roundsAtMost = 50;

/** Publishes what was left lying, from the first of it on, as far as EventBridge takes it. */
export async function publishLeft(first: readonly StatusChange[]): Promise<void> {
  let changes = first;
  for (let round = 0; round < roundsAtMost && changes.length > 0; round += 1) {
    if (!(await publishChanges(changes))) return;
    changes = await leftUnpublished();
  }
}
