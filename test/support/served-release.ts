import { setTimeout as delay } from 'node:timers/promises';
import { request } from './fleet.ts';
import type { DeploymentEvent, DeploymentView } from './release.ts';
import type { Api } from './runtime.ts';

/** A deployment over instances that report by themselves. */
export interface ServedRelease {
  read(): Promise<DeploymentView>;
  /** Waits until it is so. @throws with what happened, where it rests as it is, and after a bound of seconds */
  settles(until: (deployment: DeploymentView) => boolean, seconds?: number): Promise<DeploymentView>;
  reaches(status: string): Promise<DeploymentView>;
  looks(): Promise<readonly Look[]>;
  events(): Promise<readonly DeploymentEvent[]>;
  continue(): Promise<unknown>;
  /** The batches of which some instance was told the version. */
  toldBatches(): Promise<readonly number[]>;
  /** What the instances of the service run. */
  versions(): Promise<string[]>;
}

export interface Look {
  readonly number: number;
  readonly batch: number;
  readonly verdict: 'pass' | 'fail' | 'noData' | 'providerError';
}

const pollMs = 200;

export async function releaseServed(
  api: Api,
  service: string,
  version: string,
  more: object = {},
): Promise<ServedRelease> {
  const { id } = (await request(api, 'POST', '/deployments', { service, version, ...more })) as DeploymentView;
  const path = `/deployments/${id}`;
  const listAll = async <Item>(list: string) =>
    ((await request(api, 'GET', `${list}?limit=500`)) as { items: readonly Item[] }).items;
  const release: ServedRelease = {
    read: async () => (await request(api, 'GET', path)) as DeploymentView,
    async settles(until, seconds = 60) {
      const end = performance.now() + seconds * 1000;
      for (;;) {
        const seen = await release.read();
        if (until(seen)) return seen;
        if (performance.now() > end || rests(seen)) {
          throw new Error(`The release of ${service} ${version} is ${JSON.stringify([seen, await release.events()])}`);
        }
        await delay(pollMs);
      }
    },
    reaches: status => release.settles(deployment => deployment.status === status),
    looks: () => listAll<Look>(`${path}/looks`),
    events: () => listAll<DeploymentEvent>(`${path}/events`),
    continue: () => request(api, 'POST', `${path}/continue`),
    async toldBatches() {
      const planned = await listAll<{ batch: number; toldTime?: string }>(`${path}/instances`);
      return [...new Set(planned.filter(({ toldTime }) => toldTime !== undefined).map(({ batch }) => batch))].sort();
    },
    async versions() {
      const instances = await listAll<{ version: string }>(`/services/${service}/instances`);
      return instances.map(instance => instance.version);
    },
  };
  return release;
}

/** Nothing more happens to it by itself. */
function rests({ status, waitingFor }: DeploymentView): boolean {
  return ['completed', 'rolledBack', 'failed'].includes(status) || waitingFor !== undefined;
}
