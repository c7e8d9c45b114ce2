import type { Reconciled } from '#data/reconciler.ts';
import { writeMetrics } from '#platform/metrics.ts';

/** What alarms and the dashboard go by, once a minute. */
export function writeState(state: Reconciled['state']): Promise<void> {
  return writeMetrics({
    UnsentSignals: state.unsentSignals,
    UnpublishedChanges: state.unpublishedChanges,
    ReconcilerLagSeconds: state.lagSeconds,
    ReportsPerSecond: state.reportsPerSecond,
    ActiveDeployments: state.activeDeployments,
    StuckDeployments: state.stuckDeployments,
    FailedDeployments: state.failedDeployments,
  });
}
