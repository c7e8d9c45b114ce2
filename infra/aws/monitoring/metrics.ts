import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { machineArn, machineNames, type Place } from '../../place.ts';
import type { WiredLambda } from '../wired-lambda.ts';

export const oneMinute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

/** What functions measure themselves, most of it once a minute. */
export const ownMetrics = [
  'UnsentSignals',
  'UnpublishedChanges',
  'ReconcilerLagSeconds',
  'ReportsPerSecond',
  'ActiveDeployments',
  'StuckDeployments',
  'FailedDeployments',
  'DatabaseResuming',
] as const;

export function ownMetric(
  { env }: Place,
  metricName: (typeof ownMetrics)[number],
  statistic: 'Minimum' | 'Maximum' | 'Sum',
  period = fiveMinutes,
): Metric {
  return new Metric({
    namespace: 'ServiceManager',
    metricName,
    dimensionsMap: { environment: env },
    statistic,
    period,
  });
}

/** `ExecutionsStarted`, `ExecutionsFailed` and so on, of both machines. */
export function executionMetrics(place: Place, metricNames: readonly string[]): readonly Metric[] {
  return machineNames.flatMap(machine =>
    metricNames.map(
      metricName =>
        new Metric({
          namespace: 'AWS/States',
          metricName,
          dimensionsMap: { StateMachineArn: machineArn(place, machine) },
          statistic: 'Sum',
          period: fiveMinutes,
          label: `${machine} ${metricName}`,
        }),
    ),
  );
}

/** Counted in the log of the reconciler; a metric made of a log has no dimension but what its lines hold. */
export const endingExecutions = ({ env }: Place) => ({
  code: 'executionsKeepEnding',
  metric: new Metric({
    namespace: `ServiceManager/${env}`,
    metricName: 'ExecutionsKeepEnding',
    statistic: 'Sum',
    period: fiveMinutes,
  }),
});

/** Starts that Step Functions put off; all state machines of the account have them in common. */
export const startsThrottled = new Metric({
  namespace: 'AWS/States',
  metricName: 'ThrottledEvents',
  dimensionsMap: { APIName: 'StartExecution' },
  statistic: 'Sum',
  period: fiveMinutes,
});

/** Calls of functions for which the account, or what is reserved of it, had no room. */
export const functionsThrottled = new Metric({
  namespace: 'AWS/Lambda',
  metricName: 'Throttles',
  statistic: 'Sum',
  period: fiveMinutes,
});

export function functionMetric({ id, function: { functionName } }: WiredLambda, metricName: 'Errors' | 'Invocations') {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionName },
    statistic: 'Sum',
    period: fiveMinutes,
    label: `${id} ${metricName}`,
  });
}

/** Failures are a share of the requests; API Gateway's own and those of functions alike. */
export const apiMetrics = (api: RestApi) => ({
  requests: api.metricCount({ period: fiveMinutes }),
  refused: api.metricClientError({ period: fiveMinutes, statistic: 'Sum' }),
  failed: api.metricServerError({ period: fiveMinutes, statistic: 'Sum' }),
  failedShare: api.metricServerError({ period: fiveMinutes, statistic: 'Average' }),
  latency: (statistic: 'p50' | 'p99') => api.metricLatency({ period: fiveMinutes, statistic }),
});

export function databaseMetric(
  clusterName: string,
  metricName: 'ACUUtilization' | 'ServerlessDatabaseCapacity',
): Metric {
  return new Metric({
    namespace: 'AWS/RDS',
    metricName,
    dimensionsMap: { DBClusterIdentifier: clusterName },
    statistic: 'Maximum',
    period: fiveMinutes,
  });
}

/** A metric that is silent counts as 0: by `+` the whole sum would be silent with it, and most of them are most of the time. */
export function sumOf(metrics: readonly Metric[], label: string): IMetric {
  return new MathExpression({
    expression: 'SUM(FILL(METRICS(), 0))',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    label,
    period: fiveMinutes,
  });
}
