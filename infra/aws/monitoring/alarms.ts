import type { Place } from '../../place.ts';
import type { Api } from '../api/api.ts';
import type { Functions } from '../functions.ts';
import type { AlarmDefinition } from './alarm.ts';
import {
  apiMetrics,
  databaseMetric,
  endingExecutions,
  executionMetrics,
  functionMetric,
  functionsThrottled,
  oneMinute,
  ownMetric,
  startsThrottled,
  sumOf,
} from './metrics.ts';

/** What is watched. */
export interface Watched {
  readonly place: Place;
  readonly api: Api;
  readonly functions: Functions;
  /** Undefined where the database is not ours. */
  readonly clusterName: string | undefined;
}

export function listAlarms(watched: Watched): readonly AlarmDefinition[] {
  return [
    ...releaseAlarms(watched),
    ...executionAlarms(watched),
    ...apiAlarms(watched),
    ...functionAlarms(watched),
    ...databaseAlarms(watched),
  ];
}

const releaseAlarms = ({ place }: Watched): readonly AlarmDefinition[] => [
  {
    name: 'release-failed',
    description:
      'A release went wrong by itself: it went back, stopped or failed. GET /v1/changelog/deployment names it, its events say why.',
    metric: ownMetric(place, 'FailedDeployments', 'Sum'),
    threshold: 1,
    periods: 1,
  },
  {
    name: 'release-stuck',
    description:
      'A release should go on by itself, and does not for five minutes. Read its events and the saved query "one deployment"; continue it or roll it back.',
    metric: ownMetric(place, 'StuckDeployments', 'Minimum'),
    threshold: 1,
    periods: 1,
  },
  {
    name: 'changes-unpublished',
    description:
      'Changes of status have not reached EventBridge for five minutes, so that whoever listens does not know of them. See the saved query "left to the reconciler".',
    metric: ownMetric(place, 'UnpublishedChanges', 'Minimum'),
    threshold: 1,
    periods: 1,
  },
];

const executionAlarms = ({ place, functions }: Watched): readonly AlarmDefinition[] => [
  {
    name: 'executions-ended',
    description:
      'Executions of releases failed, timed out or were aborted. The reconciler starts the next ones; if this stays, see the saved query "failed tasks".',
    metric: sumOf(
      executionMetrics(place, ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted']),
      'executions ended by a fault',
    ),
    threshold: 1,
    periods: 1,
  },
  {
    name: 'executions-keep-ending',
    description:
      'Five executions in a row of one release ended by a fault: it does not get on by itself. See the saved query "reconciler"; mend what fails, or roll it back.',
    metric: endingExecutions(place).metric,
    threshold: 1,
    periods: 1,
  },
  {
    name: 'starts-throttled',
    description:
      'Step Functions throttles StartExecution in this account, so releases start late. Ask AWS for a higher quota if it goes on.',
    metric: startsThrottled,
    threshold: 1,
    periods: 3,
  },
  {
    name: 'reconciler-silent',
    description:
      'The reconciler has not run for ten minutes: nothing picks up what a fault left lying. See whether the rule EveryMinute is enabled, and the log of Reconcile.',
    metric: functionMetric(functions.find('Reconcile'), 'Invocations'),
    threshold: 1,
    periods: 2,
    isFloor: true,
  },
  {
    name: 'reconciler-late',
    description:
      'Between two runs of the reconciler lay minutes: it failed, or took too long. See the saved query "reconciler", and its log.',
    metric: ownMetric(place, 'ReconcilerLagSeconds', 'Maximum'),
    threshold: 180,
    periods: 1,
  },
  {
    name: 'signals-unsent',
    description:
      'Waits of releases have ended, and for five minutes their executions have not been told. See the saved query "left to the reconciler".',
    metric: ownMetric(place, 'UnsentSignals', 'Minimum'),
    threshold: 1,
    periods: 1,
  },
];

const apiAlarms = ({ api }: Watched): readonly AlarmDefinition[] => [
  {
    name: 'api-failing',
    description: 'One request in twenty or more is answered 5xx. See the saved query "refused and failed requests".',
    metric: apiMetrics(api.rest).failedShare,
    threshold: 0.05,
    periods: 2,
  },
  {
    name: 'api-slow',
    description:
      'One request in a hundred takes 5 s or longer. See the saved query "slow routes", and the capacity of the database.',
    metric: apiMetrics(api.rest).latency('p99'),
    threshold: 5000,
    periods: 3,
  },
];

const functionAlarms = ({ functions }: Watched): readonly AlarmDefinition[] => [
  // What fails in a function of the API, or in its authorizer, is a 5xx, and an alarm of its own.
  ...inTens(functions.ofBackground()).map((some, index) => ({
    name: `functions-failing-${index + 1}`,
    description: `One of ${some.map(({ id }) => id).join(', ')} fails. See its log, and the saved query "failed tasks".`,
    metric: sumOf(
      some.map(each => functionMetric(each, 'Errors')),
      'errors',
    ),
    threshold: 1,
    periods: 2,
  })),
  {
    name: 'functions-throttled',
    description:
      'Lambda turned calls away: the concurrency of the account, or what is reserved of it for a function, is used up. Ask AWS for a higher quota, or reserve less.',
    metric: functionsThrottled,
    threshold: 1,
    periods: 2,
  },
];

const databaseAlarms = ({ place, clusterName }: Watched): readonly AlarmDefinition[] => [
  {
    name: 'database-resuming',
    description:
      'The database has been resuming for three minutes; half a minute is usual. See its events in RDS, and whether it is available.',
    metric: ownMetric(place, 'DatabaseResuming', 'Sum', oneMinute),
    threshold: 1,
    periods: 3,
  },
  ...(clusterName === undefined
    ? []
    : [
        {
          name: 'database-full',
          description: 'The database has been at its highest capacity for 15 minutes: raise maxACU of the environment.',
          metric: databaseMetric(clusterName, 'ACUUtilization'),
          threshold: 95,
          periods: 3,
        },
      ]),
];

/** An alarm looks at ten metrics at most. */
function inTens<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / 10) }, (_, index) => items.slice(10 * index, 10 * (index + 1)));
}
