import * as alerts from './api/alerts/schema.ts';
import * as analysis from './api/analysis/schema.ts';
import * as changelog from './api/changelog/schema.ts';
import * as deployments from './api/deployments/schema.ts';
import * as description from './api/description/schema.ts';
import * as health from './api/health/schema.ts';
import * as instances from './api/instances/schema.ts';
import * as metrics from './api/metrics/schema.ts';
import type { Operation } from './api/schema.ts';
import * as services from './api/services/schema.ts';
import * as settings from './api/settings/schema.ts';
import * as states from './api/states/schema.ts';
import * as tokens from './api/tokens/schema.ts';
import * as versions from './api/versions/schema.ts';
import type { Need } from './needs.ts';

export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under the stage, as API Gateway writes it. */
  readonly path: string;
  /** The module whose `handler` is the function, relative to this one. */
  readonly file: `./api/${string}.ts`;
  readonly operation: Operation;
  readonly needs: readonly Need[];
}

/** Every endpoint is told whether whoever comes without an authorizer is let in. */
const database = ['access', 'database'] as const;
const workflows = ['access', 'database', 'workflows'] as const;
const measured = ['access', 'database', 'metricSettings', 'prometheus'] as const;

/** The API. Handlers are named, not imported: whoever runs one loads that one alone. */
export const routes = {
  listServices: {
    method: 'GET',
    path: '/services',
    file: './api/services/list.ts',
    operation: services.listServices,
    needs: database,
  },
  createService: {
    method: 'POST',
    path: '/services',
    file: './api/services/create.ts',
    operation: services.createService,
    needs: database,
  },
  updateService: {
    method: 'PUT',
    path: '/services/{service}',
    file: './api/services/update.ts',
    operation: services.updateService,
    needs: database,
  },
  deleteService: {
    method: 'DELETE',
    path: '/services/{service}',
    file: './api/services/delete.ts',
    operation: services.deleteService,
    needs: database,
  },
  createVersion: {
    method: 'POST',
    path: '/services/{service}/versions',
    file: './api/versions/create.ts',
    operation: versions.createVersion,
    needs: database,
  },
  listActiveVersions: {
    method: 'GET',
    path: '/services/{service}/activeVersions',
    file: './api/versions/list-active.ts',
    operation: versions.listActiveVersions,
    needs: database,
  },
  listAvailableVersions: {
    method: 'GET',
    path: '/services/{service}/availableVersions',
    file: './api/versions/list-available.ts',
    operation: versions.listAvailableVersions,
    needs: database,
  },
  listInstances: {
    method: 'GET',
    path: '/services/{service}/instances',
    file: './api/instances/list.ts',
    operation: instances.listInstances,
    needs: database,
  },
  reportInstance: {
    method: 'PUT',
    path: '/services/{service}/instances/{id}',
    file: './api/instances/report.ts',
    operation: instances.reportInstance,
    needs: [...workflows, 'reportSettings'],
  },
  deregisterInstance: {
    method: 'DELETE',
    path: '/services/{service}/instances/{id}',
    file: './api/instances/deregister.ts',
    operation: instances.deregisterInstance,
    needs: workflows,
  },
  reportState: {
    method: 'POST',
    path: '/services/{service}/states',
    file: './api/states/report.ts',
    operation: states.reportState,
    needs: workflows,
  },
  receiveAlerts: {
    method: 'POST',
    path: '/alerts',
    file: './api/alerts/receive.ts',
    operation: alerts.receiveAlerts,
    needs: [...workflows, 'alertSettings'],
  },
  receiveAlertmanagerWebhook: {
    method: 'POST',
    path: '/integrations/alertmanager/webhook',
    file: './api/alerts/receive.ts',
    operation: alerts.receiveAlerts,
    needs: [...workflows, 'alertSettings'],
  },
  listAlerts: {
    method: 'GET',
    path: '/alerts',
    file: './api/alerts/list.ts',
    operation: alerts.listAlerts,
    needs: database,
  },
  createDeployment: {
    method: 'POST',
    path: '/deployments',
    file: './api/deployments/create.ts',
    operation: deployments.createDeployment,
    needs: [...workflows, 'prometheusKnown'],
  },
  listDeployments: {
    method: 'GET',
    path: '/deployments',
    file: './api/deployments/list.ts',
    operation: deployments.listDeployments,
    needs: database,
  },
  getDeployment: {
    method: 'GET',
    path: '/deployments/{deployID}',
    file: './api/deployments/get.ts',
    operation: deployments.getDeployment,
    needs: database,
  },
  updateDeployment: {
    method: 'POST',
    path: '/deployments/{deployID}',
    file: './api/deployments/update.ts',
    operation: deployments.updateDeployment,
    needs: [...workflows, 'prometheusKnown'],
  },
  deleteDeployment: {
    method: 'DELETE',
    path: '/deployments/{deployID}',
    file: './api/deployments/delete.ts',
    operation: deployments.deleteDeployment,
    needs: workflows,
  },
  pauseDeployment: {
    method: 'POST',
    path: '/deployments/{deployID}/pause',
    file: './api/deployments/pause.ts',
    operation: deployments.pauseDeployment,
    needs: workflows,
  },
  continueDeployment: {
    method: 'POST',
    path: '/deployments/{deployID}/continue',
    file: './api/deployments/continue.ts',
    operation: deployments.continueDeployment,
    needs: workflows,
  },
  rollBackDeployment: {
    method: 'POST',
    path: '/deployments/{deployID}/rollback',
    file: './api/deployments/rollback.ts',
    operation: deployments.rollBackDeployment,
    needs: workflows,
  },
  listDeploymentInstances: {
    method: 'GET',
    path: '/deployments/{deployID}/instances',
    file: './api/deployments/list-instances.ts',
    operation: deployments.listDeploymentInstances,
    needs: database,
  },
  listDeploymentEvents: {
    method: 'GET',
    path: '/deployments/{deployID}/events',
    file: './api/deployments/list-events.ts',
    operation: deployments.listDeploymentEvents,
    needs: database,
  },
  listLooks: {
    method: 'GET',
    path: '/deployments/{deployID}/looks',
    file: './api/analysis/list-looks.ts',
    operation: analysis.listLooks,
    needs: database,
  },
  listSamples: {
    method: 'GET',
    path: '/deployments/{deployID}/samples',
    file: './api/analysis/list-samples.ts',
    operation: analysis.listSamples,
    needs: database,
  },
  listChanges: {
    method: 'GET',
    path: '/changelog/deployment',
    file: './api/changelog/list.ts',
    operation: changelog.listChanges,
    needs: database,
  },
  getMetric: {
    method: 'GET',
    path: '/metrics/{service}/{name}',
    file: './api/metrics/get.ts',
    operation: metrics.getMetric,
    needs: measured,
  },
  getMetricStats: {
    method: 'GET',
    path: '/services/{service}/metricStats',
    file: './api/metrics/get-stats.ts',
    operation: metrics.getMetricStats,
    needs: measured,
  },
  getStatsOfMetrics: {
    method: 'GET',
    path: '/metricStats/{service}',
    file: './api/metrics/get-stats.ts',
    operation: metrics.getMetricStats,
    needs: measured,
  },
  getSettings: {
    method: 'GET',
    path: '/services/{service}/settings',
    file: './api/settings/get.ts',
    operation: settings.getSettings,
    needs: [...database, 'metricSettings'],
  },
  updateSettings: {
    method: 'PUT',
    path: '/services/{service}/settings',
    file: './api/settings/update.ts',
    operation: settings.updateSettings,
    needs: [...database, 'metricSettings'],
  },
  createToken: {
    method: 'POST',
    path: '/tokens',
    file: './api/tokens/create.ts',
    operation: tokens.createToken,
    needs: database,
  },
  listTokens: {
    method: 'GET',
    path: '/tokens',
    file: './api/tokens/list.ts',
    operation: tokens.listTokens,
    needs: database,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/tokens/{id}',
    file: './api/tokens/revoke.ts',
    operation: tokens.revokeToken,
    needs: database,
  },
  getHealth: {
    method: 'GET',
    path: '/health',
    file: './api/health/get.ts',
    operation: health.getHealth,
    needs: database,
  },
  getDescription: {
    method: 'GET',
    path: '/openapi.json',
    file: './api/description/get.ts',
    operation: description.getDescription,
    needs: ['access'],
  },
} as const satisfies Record<string, RouteDefinition>;

export type RouteID = keyof typeof routes;
