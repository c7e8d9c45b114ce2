import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAgent } from '../../infra/agent/agent.ts';
import type { ScrapeTarget } from '../../infra/demo/monitoring/prometheus.ts';
import { startOwnProgram } from '../../infra/demo/program.ts';
import { type Behaviour, installServed } from '../../infra/demo/serving/behaviour.ts';
import { request } from './fleet.ts';
import { createFolder } from './folder.ts';
import { guardFolder } from './guard.ts';
import type { TestRuntime } from './runtime.ts';
import { releaseServed } from './served-release.ts';

/** Instances that serve requests and measure them, though nothing is installed on them at first. */
export interface Served {
  /** What a Prometheus scrapes. */
  readonly targets: readonly ScrapeTarget[];
  /** Registers a service with these versions, of which the first is current, and lets a real agent install it on each instance. */
  start(runtime: TestRuntime, service: string, versions: readonly Behaviour[]): Promise<void>;
  /** Ends it all, and removes what it kept. */
  remove(): Promise<void>;
}

export interface ServedOptions {
  /** How many instances each service has. */
  readonly services: Readonly<Record<string, number>>;
  /** Requests a second that each instance is sent. */
  readonly rate: number;
}

export async function createServed({ services, rate }: ServedOptions): Promise<Served> {
  const folder = await createFolder();
  const guard = guardFolder(folder.path);
  const instances = Object.entries(services).flatMap(([service, count]) => listInstances(service, count));
  await Promise.all(instances.map(path => mkdir(join(folder.path, path), { recursive: true })));
  const host = startOwnProgram({
    name: 'the instances',
    file: 'demo/serving/main.ts',
    args: ['--rate', String(rate), ...instances],
    folder: folder.path,
  });
  guard.watch(host.pid);
  const [, url = ''] = await host.find(/^serves at (\S+)\/$/, AbortSignal.timeout(30_000));
  const stop = new AbortController();
  const agents: Promise<unknown>[] = [];
  return {
    targets: instances.map(path => ({ url: `${url}/${path}/metrics` })),
    async start({ api, url: apiUrl }, service, versions) {
      await request(api, 'POST', '/services', { name: service });
      for (const behaviour of versions) {
        const artifact = join(folder.path, `${service}-${behaviour.version}.json`);
        await writeFile(artifact, JSON.stringify(behaviour));
        await request(api, 'POST', `/services/${service}/versions`, { version: behaviour.version, artifact });
      }
      await (await releaseServed(api, service, versions[0]?.version ?? '')).reaches('completed');
      for (const path of listInstances(service, services[service] ?? 0)) {
        agents.push(startAgent(apiUrl, path, join(folder.path, path), stop.signal));
      }
    },
    async remove() {
      stop.abort();
      await Promise.all(agents);
      await host.stop();
      guard.dismiss();
      await folder.remove();
    },
  };
}

/** As `checkout/checkout-1`: their ids are nobody else's. */
function listInstances(service: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${service}/${service}-${at + 1}`);
}

function startAgent(url: string, path: string, folder: string, stop: AbortSignal): Promise<unknown> {
  const [service = '', id = ''] = path.split('/');
  const options = { service, id, exec: `cd '${folder}' && ${installServed}`, execTimeoutMs: 10_000, version: null };
  const timing = { backoff: { firstMs: 100, maxMs: 1_000 } };
  return runAgent(
    { ...options, api: { url }, env: process.env, labels: {}, once: false, timing },
    { stop, log: () => undefined, output: () => undefined },
  );
}
