import { setTimeout as delay } from 'node:timers/promises';
import type { RouteID } from '../../../functions/routes.ts';
import { newName } from '../../support/fleet.ts';
import type { Api, TestRuntime } from '../../support/runtime.ts';
import { isSettled } from './observe.ts';

/** A request to the API, and the service whose rows say what became of it. */
export interface Asked {
  readonly service: string;
  readonly path: string;
  readonly body?: object;
}

/** Makes what a request is about, each time of its own, and says the request. */
export type Scenario = (runtime: TestRuntime) => Promise<Asked>;

async function must(api: Api, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await api(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Record<string, unknown>;
}

async function newService({ api }: TestRuntime): Promise<string> {
  const name = newName();
  await must(api, 'POST', '/services', { name });
  return name;
}

const instancePath = (service: string, name: string) => `/services/${service}/instances/${service}.${name}`;

const report = ({ api }: TestRuntime, service: string, name: string, body: object) =>
  must(api, 'PUT', instancePath(service, name), body);

/** A service with two instances of v1. */
async function newFleet(runtime: TestRuntime): Promise<string> {
  const service = await newService(runtime);
  for (const name of ['i1', 'i2']) await report(runtime, service, name, { version: 'v1' });
  return service;
}

interface Release {
  readonly service: string;
  readonly id: string;
  readonly path: string;
}

const later = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();

/** A release of v2 to a fleet, one after the other, whose execution waits. */
async function newRelease(runtime: TestRuntime, more: object = {}): Promise<Release> {
  const service = await newFleet(runtime);
  const strategy = { type: 'rolling', batchSize: 1, onFailure: 'pause' };
  const { id } = await must(runtime.api, 'POST', '/deployments', { service, version: 'v2', strategy, ...more });
  await settle(runtime, service);
  return { service, id: String(id), path: `/deployments/${id}` };
}

/** The same, whose first instance was told. */
async function newBatch(runtime: TestRuntime): Promise<Release> {
  const release = await newRelease(runtime);
  await report(runtime, release.service, 'i1', { version: 'v1' });
  return release;
}

/** A release that is undone, while its first instance runs v2 and does not know yet. */
async function newUndo(runtime: TestRuntime): Promise<Release> {
  const release = await newBatch(runtime);
  await must(runtime.api, 'POST', `${release.path}/rollback`);
  await settle(runtime, release.service);
  return release;
}

/** Waits until every execution waits, or has ended. @throws after a bound of seconds */
export async function settle(runtime: TestRuntime, service: string, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isSettled(runtime, service))) {
    if (performance.now() > end) throw new Error(`The deployments of ${service} do not settle.`);
    await delay(15);
  }
}

const of = (path: (service: string) => string, body?: object): Scenario => {
  return async runtime => {
    const service = await newFleet(runtime);
    return { service, path: path(service), ...(body && { body }) };
  };
};

const ofRelease = (end: string, body?: object): Scenario => {
  return async runtime => {
    const { service, path } = await newRelease(runtime);
    return { service, path: path + end, ...(body && { body }) };
  };
};

const ofScheduled = (body?: object): Scenario => {
  return async runtime => {
    const { service, path } = await newRelease(runtime, { scheduleTime: later });
    return { service, path, ...(body && { body }) };
  };
};

/** Of i1, in what it is in. */
const reporting = (make: (runtime: TestRuntime) => Promise<Release>, body: (release: Release) => object): Scenario => {
  return async runtime => {
    const release = await make(runtime);
    return { service: release.service, path: instancePath(release.service, 'i1'), body: body(release) };
  };
};

const failed = ({ id }: Release) => ({ version: 'v1', outcome: 'failed', deployID: id, message: 'no room' });

const deploying = (more: object = {}): Scenario => {
  return async runtime => {
    const service = await newFleet(runtime);
    return { service, path: '/deployments', body: { service, version: 'v2', strategy: 'canary', ...more } };
  };
};

const alerting = (path: string, make: (runtime: TestRuntime) => Promise<string> = newService): Scenario => {
  return async runtime => {
    const service = await make(runtime);
    const labels = { alertname: 'HighErrorRatio', service, severity: 'critical' };
    const alert = { status: 'firing', labels, startsAt: '2030-01-31T09:00:00Z', fingerprint: service };
    return { service, path, body: { version: '4', alerts: [alert] } };
  };
};

/** What is tried of each endpoint: whatever its statements do differently. */
export const scenarios: Readonly<Record<RouteID, Readonly<Record<string, Scenario>>>> = {
  listServices: { all: of(() => '/services') },
  createService: {
    new: async runtime => {
      const service = await newService(runtime);
      return { service, path: '/services', body: { name: `${service}-new`, deps: [service] } };
    },
    'refused, because it exists': async runtime => {
      const service = await newService(runtime);
      return { service, path: '/services', body: { name: service } };
    },
  },
  updateService: { deps: of(service => `/services/${service}`, { deps: ['other'] }) },
  deleteService: { unused: of(service => `/services/${service}`) },
  createVersion: { new: of(service => `/services/${service}/versions`, { version: 'v9' }) },
  listActiveVersions: { all: of(service => `/services/${service}/activeVersions`) },
  listAvailableVersions: { all: of(service => `/services/${service}/availableVersions`) },
  listInstances: { all: of(service => `/services/${service}/instances`) },
  reportInstance: {
    first: of(service => instancePath(service, 'i9'), { version: 'v1', sequence: 1 }),
    unchanged: of(service => instancePath(service, 'i1'), { version: 'v1', sequence: 7 }),
    told: reporting(newRelease, () => ({ version: 'v1' })),
    'last of its batch': reporting(newBatch, () => ({ version: 'v2' })),
    'failed to install': reporting(newBatch, failed),
    'in error': reporting(newBatch, () => ({ version: 'v2', health: 'error', message: 'it burns' })),
    'told to go back': reporting(newUndo, () => ({ version: 'v2' })),
    'told to go back as it fails': reporting(newUndo, release => ({ ...failed(release), version: 'v2' })),
    back: reporting(newUndo, () => ({ version: 'v1' })),
  },
  deregisterInstance: {
    idle: of(service => instancePath(service, 'i1')),
    'last of its batch': async runtime => {
      const { service } = await newBatch(runtime);
      return { service, path: instancePath(service, 'i1') };
    },
  },
  reportState: {
    new: of(service => `/services/${service}/states`, { health: 'error', correlationId: 'c' }),
    'that a release is held by': async runtime => {
      const { service } = await newBatch(runtime);
      return { service, path: `/services/${service}/states`, body: { health: 'error', version: 'v2' } };
    },
  },
  receiveAlerts: {
    firing: alerting('/alerts'),
    'that a release is held by': alerting('/alerts', async runtime => (await newBatch(runtime)).service),
  },
  receiveAlertmanagerWebhook: { firing: alerting('/integrations/alertmanager/webhook') },
  listAlerts: {
    all: async runtime => {
      const { service, path, body = {} } = await alerting('/alerts')(runtime);
      await must(runtime.api, 'POST', path, body);
      return { service, path: `/alerts?service=${service}` };
    },
  },
  createDeployment: {
    now: deploying(),
    scheduled: deploying({ scheduleTime: later }),
    judged: deploying({ analysis: true }),
    'dry run': async runtime => ({ ...(await deploying()(runtime)), path: '/deployments?dryRun=true' }),
  },
  listDeployments: {
    all: async runtime => {
      const { service } = await newRelease(runtime);
      return { service, path: `/deployments?service=${service}` };
    },
  },
  getDeployment: { deploying: ofRelease('') },
  updateDeployment: {
    scheduled: ofScheduled({ version: 'v3' }),
    judged: ofScheduled({ analysis: true }),
  },
  deleteDeployment: { scheduled: ofScheduled() },
  pauseDeployment: {
    deploying: ofRelease('/pause', { reason: 'lunch' }),
    'refused, because it is scheduled': async runtime => {
      const asked = await ofScheduled()(runtime);
      return { ...asked, path: `${asked.path}/pause` };
    },
  },
  continueDeployment: {
    paused: async runtime => {
      const { service, path } = await newRelease(runtime);
      await must(runtime.api, 'POST', `${path}/pause`);
      await settle(runtime, service);
      return { service, path: `${path}/continue` };
    },
  },
  rollBackDeployment: {
    deploying: async runtime => {
      const { service, path } = await newBatch(runtime);
      return { service, path: `${path}/rollback`, body: { reason: 'it burns' } };
    },
  },
  listDeploymentInstances: { all: ofRelease('/instances') },
  listDeploymentEvents: { all: ofRelease('/events') },
  listLooks: { all: ofRelease('/looks') },
  listSamples: { all: ofRelease('/samples') },
  listChanges: {
    all: async runtime => ({ ...(await newRelease(runtime)), path: '/changelog/deployment?limit=1' }),
  },
  getMetric: { all: of(service => `/metrics/${service}/latency`) },
  getMetricStats: { all: of(service => `/services/${service}/metricStats`) },
  getStatsOfMetrics: { all: of(service => `/metricStats/${service}`) },
  getSettings: { all: of(service => `/services/${service}/settings`) },
  updateSettings: {
    templates: of(service => `/services/${service}/settings`, { metrics: { traffic: 'vector(1)', latency: null } }),
    analysis: of(service => `/services/${service}/settings`, { analysis: true }),
  },
  createToken: {
    new: async runtime => {
      const service = await newService(runtime);
      return { service, path: '/tokens', body: { name: service, role: 'agent', service } };
    },
  },
  listTokens: { all: of(() => '/tokens') },
  revokeToken: {
    known: async runtime => {
      const service = await newService(runtime);
      const { id } = await must(runtime.api, 'POST', '/tokens', { name: service, role: 'agent', service });
      return { service, path: `/tokens/${id}` };
    },
  },
  getHealth: { now: of(() => '/health') },
  getDescription: { all: of(() => '/openapi.json') },
};
