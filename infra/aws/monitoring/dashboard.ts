import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Row,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from './alarms.ts';
import {
  apiMetrics,
  databaseMetric,
  endingExecutions,
  executionMetrics,
  functionMetric,
  functionsThrottled,
  ownMetric,
  startsThrottled,
} from './metrics.ts';

/** All that alarms look at, and what helps to understand it, on one page. */
export function createDashboard(scope: Construct, watched: Watched, alarms: readonly Alarm[]): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: `${watched.place.env}-service-manager`,
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
      [new Row(...releaseGraphs(watched))],
      [new Row(...apiGraphs(watched))],
      [new Row(...functionGraphs(watched))],
      [new Row(...databaseGraphs(watched))],
    ],
  });
}

function releaseGraphs({ place }: Watched): readonly IWidget[] {
  return [
    graph('Releases', [
      ownMetric(place, 'ActiveDeployments', 'Maximum'),
      ownMetric(place, 'StuckDeployments', 'Maximum'),
      ownMetric(place, 'FailedDeployments', 'Sum'),
    ]),
    graph('Executions', [
      ...executionMetrics(place, ['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted']),
      endingExecutions(place).metric,
      startsThrottled,
    ]),
    graph('Reconciler', [
      ownMetric(place, 'ReconcilerLagSeconds', 'Maximum'),
      ownMetric(place, 'UnsentSignals', 'Maximum'),
      ownMetric(place, 'UnpublishedChanges', 'Maximum'),
    ]),
  ];
}

function apiGraphs({ place, api }: Watched): readonly IWidget[] {
  const { requests, refused, failed, latency } = apiMetrics(api.rest);
  return [
    graph('Requests', [requests, refused, failed]),
    graph('Latency, ms', [latency('p50'), latency('p99')]),
    graph('Reports a second', [ownMetric(place, 'ReportsPerSecond', 'Maximum')]),
  ];
}

function functionGraphs({ functions }: Watched): readonly IWidget[] {
  return [
    graph(
      'Errors of functions',
      functions.ofBackground().map(each => functionMetric(each, 'Errors')),
    ),
    graph('Runs of the reconciler', [functionMetric(functions.find('Reconcile'), 'Invocations')]),
    graph('Calls turned away', [functionsThrottled]),
  ];
}

function databaseGraphs({ place, clusterName }: Watched): readonly IWidget[] {
  const resuming = graph('Database resuming', [ownMetric(place, 'DatabaseResuming', 'Sum')]);
  if (clusterName === undefined) return [resuming];
  return [
    graph('Database capacity, ACU', [databaseMetric(clusterName, 'ServerlessDatabaseCapacity')]),
    graph('Database capacity used, %', [databaseMetric(clusterName, 'ACUUtilization')]),
    resuming,
  ];
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: 8, height: 6 });
}
