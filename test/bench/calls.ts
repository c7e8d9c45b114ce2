import { setTimeout as sleep } from 'node:timers/promises';
import { type RouteID, routes } from '../../functions/routes.ts';
import { startFakePrometheus } from '../support/fake-prometheus.ts';
import { type Bed, withBed } from './bed.ts';
import type { Figure } from './figure.ts';

type Values = Readonly<Record<string, string>>;

interface Request {
  readonly id: RouteID;
  readonly query?: string;
  /** Tells it from others to the same endpoint. */
  readonly note?: string;
  readonly body?: object;
  readonly limit: 0 | 1 | 2;
}

/** Long enough that nothing happens by itself while a request is counted. */
const strategy = { type: 'rolling', bakeSeconds: '1h' };

/** In an order in which each can succeed. `limit` 2: it starts or signals a workflow. */
const requests: readonly Request[] = [
  { id: 'getDescription', limit: 0 },
  { id: 'receiveAlerts', body: { alerts: [] }, limit: 0 },
  {
    id: 'receiveAlerts',
    note: ', one',
    body: {
      alerts: [
        { status: 'resolved', labels: { service: 'checkout' }, startsAt: '2026-01-01T00:00:00Z', fingerprint: 'f' },
      ],
    },
    limit: 1,
  },
  { id: 'listAlerts', limit: 1 },
  { id: 'createToken', body: { name: 'ci', role: 'operator' }, limit: 1 },
  { id: 'listTokens', limit: 1 },
  { id: 'getHealth', limit: 1 },
  { id: 'createService', body: { name: 'checkout' }, limit: 1 },
  { id: 'updateService', body: { deps: ['payments'] }, limit: 1 },
  { id: 'listServices', limit: 1 },
  { id: 'createVersion', body: { version: '1.0.0' }, limit: 1 },
  { id: 'listAvailableVersions', limit: 1 },
  { id: 'updateSettings', body: { metrics: { traffic: null } }, limit: 1 },
  { id: 'getSettings', limit: 1 },
  // Without a Prometheus they get no further.
  { id: 'getMetric', limit: 1 },
  { id: 'getMetricStats', limit: 1 },
  { id: 'getStatsOfMetrics', limit: 1 },
  { id: 'reportInstance', body: { version: null }, limit: 1 },
  { id: 'listInstances', limit: 1 },
  { id: 'reportState', body: { health: 'warning' }, limit: 1 },
  {
    id: 'createDeployment',
    note: ', scheduled',
    body: { service: 'checkout', version: '1.0.0', strategy, scheduleTime: new Date(Date.now() + 3_600_000) },
    limit: 2,
  },
  { id: 'updateDeployment', body: { version: '1.0.1' }, limit: 2 },
  { id: 'deleteDeployment', limit: 2 },
  {
    id: 'createDeployment',
    query: '?dryRun=true',
    body: { service: 'checkout', version: '1.0.0', strategy },
    limit: 1,
  },
  { id: 'createDeployment', body: { service: 'checkout', version: '1.0.0', strategy }, limit: 2 },
  { id: 'listActiveVersions', limit: 1 },
  { id: 'listDeployments', limit: 1 },
  { id: 'getDeployment', limit: 1 },
  { id: 'listDeploymentInstances', limit: 1 },
  { id: 'listDeploymentEvents', limit: 1 },
  { id: 'listLooks', limit: 1 },
  { id: 'listSamples', limit: 1 },
  { id: 'listChanges', limit: 1 },
  {
    id: 'receiveAlerts',
    note: ', one that holds a release',
    body: {
      alerts: [
        { status: 'firing', labels: { service: 'checkout' }, startsAt: '2100-01-01T00:00:00Z', fingerprint: 'g' },
      ],
    },
    limit: 2,
  },
  { id: 'continueDeployment', note: ', after an alert', limit: 2 },
  { id: 'reportState', note: ', one that holds a release', body: { health: 'error' }, limit: 2 },
  { id: 'continueDeployment', note: ', after a reported state', limit: 2 },
  { id: 'pauseDeployment', limit: 2 },
  { id: 'continueDeployment', limit: 2 },
  { id: 'rollBackDeployment', limit: 2 },
  { id: 'deregisterInstance', limit: 2 },
  { id: 'deleteService', limit: 1 },
];

/** How many Data API calls a request to each endpoint makes, those of the workflow it starts or signals left out. */
export async function measureCalls(): Promise<Figure[]> {
  const prometheus = await startFakePrometheus();
  try {
    return await withBed(countCalls, { prometheusUrl: prometheus.url });
  } finally {
    prometheus.close();
  }
}

async function countCalls(bed: Bed): Promise<Figure[]> {
  const values: Record<string, string> = { service: 'checkout', id: 'checkout-1', name: 'latency' };
  const figures: Figure[] = [];
  for (const { id, query = '', note = query, body, limit } of requests) {
    await settle(bed);
    const before = (await bed.count()).endpoints.calls;
    const { method, path } = routes[id];
    const reply = await bed.client(method, fill(path, values) + query, body);
    await settle(bed);
    const value = (await bed.count()).endpoints.calls - before;
    figures.push({ name: `Data API calls of ${id}${note}`, value, unit: 'calls', limit });
    if (reply.status === 201 && id === 'createDeployment')
      values['deployID'] = (JSON.parse(reply.body) as { id: string }).id;
  }
  return figures;
}

function fill(path: string, values: Values): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** Until the workflow waits, or has ended. */
async function settle({ count }: Bed): Promise<void> {
  for (let before = -1, now = (await count()).tasks.calls; now !== before; ) {
    await sleep(150);
    before = now;
    now = (await count()).tasks.calls;
  }
}
