import type { SystemState } from './system-state.ts';

/** Where the reconciler looks every minute, three minutes: two of its runs may fail. */
const lagBeyondUnseenSeconds = 30;

type Judged = Pick<
  SystemState,
  'lagSeconds' | 'unseenSeconds' | 'unsentSignals' | 'unpublishedChanges' | 'stuckDeployments'
>;

/** What is wrong with the control plane, a sentence each; none: it does well. */
export function judgeSystem(state: Judged): string[] {
  const { lagSeconds, unseenSeconds, unsentSignals, unpublishedChanges, stuckDeployments } = state;
  const reasons: [boolean, string][] = [
    [
      lagSeconds > unseenSeconds + lagBeyondUnseenSeconds,
      `The reconciler has not run for ${Math.round(lagSeconds)} seconds.`,
    ],
    [unsentSignals > 0, `Waits that ended and whose executions were not told: ${unsentSignals}.`],
    [unpublishedChanges > 0, `Changes of status that EventBridge was not told: ${unpublishedChanges}.`],
    [stuckDeployments > 0, `Deployments that do not go on by themselves: ${stuckDeployments}.`],
  ];
  return reasons.flatMap(([isSo, reason]) => (isSo ? [reason] : []));
}
