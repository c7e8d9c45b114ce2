import type { Need } from '../functions/needs.ts';
import { lambdaArn, lambdaName, machineArn, machineNames, type Place, usageKeyPrefix } from './place.ts';

export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

interface Provision {
  environment(place: Place): Readonly<Record<string, string>>;
  grants(place: Place): readonly Grant[];
}

const none = () => ({});
const noGrants = () => [];

function databaseEnvironment({ clusterArn, secretArn, databaseName, dataApiUrl }: Place) {
  return {
    DATABASE_CLUSTER_ARN: clusterArn,
    DATABASE_SECRET_ARN: secretArn,
    DATABASE_NAME: databaseName,
    ...(dataApiUrl === undefined ? {} : { AWS_ENDPOINT_URL_RDS_DATA: dataApiUrl }),
  };
}

function databaseGrants({ clusterArn, secretArn }: Place, actions: readonly string[]): readonly Grant[] {
  return [
    { actions, resources: [clusterArn] },
    { actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] },
  ];
}

/** Empty is none: on one machine, what the shell has for other programs is not meant. */
const noServer = { PROMETHEUS_URL: '', PROMETHEUS_BEARER_TOKEN: '' };

function serverEnvironment(prometheus: Place['prometheus']): typeof noServer {
  if (!prometheus) return noServer;
  const token = prometheus.kind === 'managed' ? undefined : prometheus.bearerToken;
  return { PROMETHEUS_URL: prometheus.url, PROMETHEUS_BEARER_TOKEN: token ?? '' };
}

function prometheusGrants(place: Place): readonly Grant[] {
  switch (place.prometheus?.kind) {
    case 'managed':
      return [{ actions: ['aps:QueryMetrics'], resources: [place.prometheus.workspaceArn] }];
    case 'inVpc':
      return [{ actions: ['lambda:InvokeFunction'], resources: [lambdaArn(place, 'QueryPrometheus')] }];
    case 'server':
    case undefined:
      return [];
  }
}

const machineArns = (place: Place) => machineNames.map(name => machineArn(place, name));

/** A need gives the environment variable and the grant in one place. */
export const provisions: Readonly<Record<Need, Provision>> = {
  access: { environment: ({ settings }) => ({ ACCESS: settings.access }), grants: noGrants },
  database: {
    // Metrics of how it does are told apart by the environment.
    environment: place => ({ ENVIRONMENT: place.env, ...databaseEnvironment(place) }),
    grants: place => databaseGrants(place, ['rds-data:ExecuteStatement']),
  },
  databaseTransactions: {
    environment: databaseEnvironment,
    grants: place =>
      databaseGrants(place, [
        'rds-data:ExecuteStatement',
        'rds-data:BeginTransaction',
        'rds-data:CommitTransaction',
        'rds-data:RollbackTransaction',
      ]),
  },
  workflows: {
    environment: place => ({
      ROLLOUT_MACHINE_ARN: machineArn(place, 'rollout'),
      ROLLBACK_MACHINE_ARN: machineArn(place, 'rollback'),
    }),
    grants: place => [
      { actions: ['states:StartExecution'], resources: machineArns(place) },
      { actions: ['states:SendTaskSuccess'], resources: machineArns(place) },
    ],
  },
  executions: {
    environment: none,
    grants: place => [{ actions: ['states:ListExecutions'], resources: machineArns(place) }],
  },
  events: {
    environment: ({ env }) => ({ ENVIRONMENT: env }),
    grants: ({ partition, region, accountID }) => [
      {
        actions: ['events:PutEvents'],
        resources: [`arn:${partition}:events:${region}:${accountID}:event-bus/default`],
      },
    ],
  },
  prometheus: {
    environment: ({ prometheus, ...place }) => ({
      ...(prometheus?.kind === 'inVpc' ? noServer : serverEnvironment(prometheus)),
      PROMETHEUS_SIGNED: String(prometheus?.kind === 'managed'),
      PROMETHEUS_FUNCTION: prometheus?.kind === 'inVpc' ? lambdaName(place, 'QueryPrometheus') : '',
      PROMETHEUS_TIMEOUT_SECONDS: String(place.settings.prometheusTimeoutSeconds),
    }),
    grants: prometheusGrants,
  },
  prometheusServer: {
    environment: ({ prometheus }) => serverEnvironment(prometheus),
    grants: noGrants,
  },
  prometheusKnown: {
    environment: ({ prometheus }) => ({ PROMETHEUS_CONFIGURED: String(prometheus !== undefined) }),
    grants: noGrants,
  },
  metricSettings: {
    environment: ({ settings }) => ({
      METRIC_TEMPLATES: JSON.stringify(settings.metricTemplates),
      SCRAPE_SECONDS: String(settings.scrapeSeconds),
    }),
    grants: noGrants,
  },
  alertSettings: {
    environment: ({ settings: { alertLabels } }) => ({ ALERT_LABELS: JSON.stringify(alertLabels) }),
    grants: noGrants,
  },
  reportSettings: {
    environment: ({ settings }) => ({
      REPORT_RATE: String(settings.reportRate),
      REPORT_FAST_SECONDS: String(settings.reportFastSeconds),
      REPORT_SLOW_SECONDS: String(settings.reportSlowSeconds),
    }),
    grants: noGrants,
  },
  historySettings: {
    environment: ({ settings }) => ({ LOOKS_IN_EXECUTION: String(settings.looksInExecution) }),
    grants: noGrants,
  },
  retentionSettings: {
    environment: ({ settings }) => ({ RETENTION_DAYS: JSON.stringify(settings.retentionDays) }),
    grants: noGrants,
  },
  pauseSettings: {
    environment: ({ settings }) => ({ DATABASE_PAUSES: String(settings.databasePauses) }),
    grants: noGrants,
  },
  tokenSettings: {
    environment: ({ env, settings: { oidc } }) => ({
      USAGE_KEY_PREFIX: usageKeyPrefix(env),
      ...(oidc && { OIDC: JSON.stringify(oidc) }),
    }),
    grants: noGrants,
  },
  adminToken: {
    environment: ({ adminTokenSecretArn }) => ({ ADMIN_TOKEN_SECRET_ARN: adminTokenSecretArn }),
    grants: ({ adminTokenSecretArn }) => [
      { actions: ['secretsmanager:GetSecretValue'], resources: [adminTokenSecretArn] },
    ],
  },
};
