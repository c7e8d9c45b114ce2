import type { Metrics } from '@aws-lambda-powertools/metrics';
import { env } from './env.ts';
import { logger } from './powertools.ts';

const environment = env('ENVIRONMENT');

/** Our own metrics, in the namespace `ServiceManager`, each with the environment as its only dimension. */
const units = {
  /** Waits that have ended and whose tasks were not told within seconds. */
  UnsentSignals: 'Count',
  /** Changes of status that EventBridge was not told within seconds. */
  UnpublishedChanges: 'Count',
  /** Since the reconciler's run before. */
  ReconcilerLagSeconds: 'Seconds',
  ReportsPerSecond: 'Count/Second',
  ActiveDeployments: 'Count',
  /** Those that should go on by themselves and do not. */
  StuckDeployments: 'Count',
  /** Releases that went wrong by themselves since the reconciler's run before: went back, stopped or failed. */
  FailedDeployments: 'Count',
  /** Requests that found the database coming back from a pause. */
  DatabaseResuming: 'Count',
} as const;

export type MetricName = keyof typeof units;

let made: Promise<Metrics> | undefined;

/** Loaded when there is something to write: most functions never do, and each would wait for it when it starts. */
function powertools(): Promise<Metrics> {
  made ??= import('@aws-lambda-powertools/metrics').then(({ Metrics: Powertools }) => {
    const metrics = new Powertools({ namespace: 'ServiceManager' });
    // Powertools would tell metrics apart by its own `service`, too.
    metrics.clearDefaultDimensions();
    metrics.setDefaultDimensions({ environment });
    return metrics;
  });
  return made;
}

/** Writes one line in CloudWatch's embedded metric format; never rejects. */
export async function writeMetrics(values: Readonly<Partial<Record<MetricName, number>>>): Promise<void> {
  try {
    const metrics = await powertools();
    for (const [name, value] of Object.entries(values) as [MetricName, number][]) {
      metrics.addMetric(name, units[name], value);
    }
    metrics.publishStoredMetrics();
  } catch (error) {
    logger.warn('metrics not written', { code: 'metricsNotWritten', error: error as Error });
  }
}

/** Something happened once more. */
export function countMetric(name: MetricName): Promise<void> {
  return writeMetrics({ [name]: 1 });
}
