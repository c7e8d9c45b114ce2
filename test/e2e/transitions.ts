import { type DeploymentStatus, transitions } from '../../functions/domain/statuses.ts';
import type { DeploymentEvent } from '../support/release.ts';

/** What in a deployment's record of its statuses cannot be: a change that the table lacks, or that does not follow the one before. */
export function illegalTransitions(events: readonly DeploymentEvent[]): string[] {
  const changes = events.filter(({ to }) => to !== undefined);
  return changes.flatMap(({ from, to }, at) => {
    const before = changes[at - 1]?.to;
    if (from !== before) return [`${from} → ${to} after ${before}`];
    const legal: readonly string[] = from ? transitions[from as DeploymentStatus] : ['scheduled', 'deploying'];
    return legal.includes(to ?? '') ? [] : [`${from} → ${to}`];
  });
}
