import type { SystemState } from './system-state.ts';

/** Two runs of the reconciler may fail; after a third somebody should know. */
const lagAtMostSeconds = 180;

type Judged = Pick<SystemState, 'lagSeconds' | 'unsentSignals' | 'unpublishedChanges' | 'stuckDeployments'>;

/** What is wrong with the control plane, a sentence each; none: it does well. */
export function judgeSystem({ lagSeconds, unsentSignals, unpublishedChanges, stuckDeployments }: Judged): string[] {
  const reasons: [boolean, string][] = [
    [lagSeconds > lagAtMostSeconds, `The reconciler has not run for ${Math.round(lagSeconds)} seconds.`],
    [unsentSignals > 0, `Waits that ended and whose executions were not told: ${unsentSignals}.`],
    [unpublishedChanges > 0, `Changes of status that EventBridge was not told: ${unpublishedChanges}.`],
    [stuckDeployments > 0, `Deployments that do not go on by themselves: ${stuckDeployments}.`],
  ];
  return reasons.flatMap(([isSo, reason]) => (isSo ? [reason] : []));
}
