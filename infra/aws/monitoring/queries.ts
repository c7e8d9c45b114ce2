import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Watched } from './alarms.ts';

interface Query {
  readonly name: string;
  readonly logs: readonly ILogGroup[];
  readonly lines: readonly string[];
}

function listQueries({ api, functions }: Watched): readonly Query[] {
  const ofRoutes = functions.ofKind('api').map(({ log }) => log);
  const ofTasks = functions.ofKind('task').map(({ log }) => log);
  return [
    {
      name: 'refused and failed requests',
      logs: ofRoutes,
      lines: [
        'filter code in ["requestRefused", "requestFailed"]',
        'fields coalesce(refusal, error.name) as why',
        'stats count(*) as requests, latest(requestID) as example by status, why, method, resource',
        'sort requests desc',
      ],
    },
    {
      name: 'one deployment',
      logs: [...ofRoutes, ...ofTasks],
      lines: [
        'fields @timestamp, code, generation, status, kind, verdict, reason, message, error.message',
        'filter deployID = "put its id here"',
        'sort @timestamp asc',
      ],
    },
    {
      name: 'decisions',
      logs: ofTasks,
      lines: [
        'filter code in ["decided", "looked"]',
        'fields @timestamp, service, deployID, generation, status, kind, verdict, reason',
        'sort @timestamp desc',
      ],
    },
    {
      name: 'failed tasks',
      logs: ofTasks,
      lines: [
        'filter code = "taskFailed"',
        'stats count(*) as times, latest(deployID) as example by error.name, error.message',
        'sort times desc',
      ],
    },
    {
      name: 'left to the reconciler',
      logs: [...ofRoutes, ...ofTasks],
      lines: [
        'filter code in ["signalNotSent", "executionNotStarted", "tokenNotCleared", "planNotMade", "changesNotPublished", "changesNotForgotten"]',
        'fields @timestamp, code, deployID, error.name, error.message',
        'sort @timestamp desc',
      ],
    },
    {
      name: 'reconciler',
      logs: [functions.find('Reconcile').log],
      lines: [
        'filter code in ["notReconciled", "executionsKeepEnding", "metricsNotWritten", "notPruned", "executionsNotListed"]',
        'fields @timestamp, code, deployID, faults, error.name, error.message',
        'sort @timestamp desc',
      ],
    },
    {
      name: 'refused tokens',
      logs: [functions.find('Authorize').log],
      lines: [
        'filter code in ["tokenRefused", "authorizerFailed"]',
        'stats count(*) as times, latest(requestID) as example by code, reason, error.name, error.message',
        'sort times desc',
      ],
    },
    {
      name: 'migrations',
      logs: [functions.find('Migrate').log],
      lines: [
        'filter code in ["schemaMigrated", "schemaKept", "migrationRepeated", "notMigrated"]',
        'fields @timestamp, code, reason, error.message',
        'sort @timestamp desc',
      ],
    },
    {
      name: 'slow routes',
      logs: [api.accessLog],
      lines: [
        'stats count(*) as requests, pct(milliseconds, 50) as p50, pct(milliseconds, 99) as p99 by method, route',
        'sort p99 desc',
      ],
    },
    {
      name: 'refused by the gateway',
      logs: [api.accessLog],
      lines: [
        'filter ispresent(refusal) and refusal != "-"',
        'stats count(*) as requests, latest(requestID) as example by refusal, status, method, route',
        'sort requests desc',
      ],
    },
  ];
}

/** Saved in Logs Insights, in a folder of the environment. */
export function saveQueries(scope: Construct, watched: Watched): void {
  for (const { name, logs: groups, lines } of listQueries(watched)) {
    new CfnQueryDefinition(scope, `Query ${name}`, {
      name: `${watched.place.env}-service-manager/${name}`,
      queryString: lines.join('\n| '),
      logGroupNames: groups.map(({ logGroupName }) => logGroupName),
    });
  }
}
