import type { ReconciledState } from '#data/reconciler.ts';
import { writeMetrics } from '#platform/metrics.ts';

/** What alarms and the dashboard go by, once a minute. A reconciler that looks seldom by design does not lag. */
export function writeState(state: ReconciledState, looksSeldom: boolean): Promise<void> {
  return writeMetrics({
    UnsentSignals: state.unsentSignals,
    UnpublishedChanges: state.unpublishedChanges,
    ...(looksSeldom ? {} : { ReconcilerLagSeconds: state.lagSeconds }),
    ReportsPerSecond: state.reportsPerSecond,
    ActiveDeployments: state.activeDeployments,
    StuckDeployments: state.stuckDeployments,
    FailedDeployments: state.failedDeployments,
  });
}
