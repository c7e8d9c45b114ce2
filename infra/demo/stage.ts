import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiTarget } from '../agent/http.ts';
import { request } from '../cli/api.ts';
import type { Deployment } from '../cli/deployment.ts';
import { formatColumns } from '../cli/help.ts';
import { listAll } from '../cli/list.ts';
import { commands, writeArtifact } from './artifact.ts';
import { type Instance, listInstances, startInstances } from './fleet.ts';
import { type Program, startOwnProgram } from './program.ts';
import { Mismatch, say, sayTitle } from './story.ts';

/** What the releases of the demo play on. */
export interface Stage {
  readonly api: ApiTarget;
  /** The service that is released. */
  readonly service: string;
  readonly instances: readonly Instance[];
  /** Fires when the demo is to end early. */
  readonly stop: AbortSignal;
}

/** What a stage is set with. */
export interface Props {
  /** For everything that is kept. */
  readonly folder: string;
  readonly stop: AbortSignal;
  /** Each program that is started is handed to it, which is to stop it. */
  started(program: Program): void;
}

/** The version that everything runs before the first release, then those that are released over it. */
export const versions = { first: '1.0.0', canary: '1.1.0', broken: '1.2.0', repaired: '1.2.1' } as const;

export const serverName = 'Service Manager';

const service = 'checkout';
const instanceCount = 20;
const patienceMs = 30_000;

const catalogue = [
  { name: 'inventory' },
  { name: 'payments' },
  { name: service, deps: ['inventory', 'payments'] },
  { name: 'storefront', deps: [service] },
];

/** @param prometheusUrl where a Prometheus is that measures some of the services */
export async function startServer({ folder, stop, started }: Props, prometheusUrl?: string): Promise<ApiTarget> {
  sayTitle('Service Manager starts, with a PostgreSQL and a Step Functions of its own');
  const args = ['--port', '0', '--aws-port', '0', '--data', join(folder, 'data')];
  if (prometheusUrl !== undefined) args.push('--prometheus-url', prometheusUrl);
  const server = startOwnProgram({ name: serverName, file: 'local/main.ts', args, folder });
  started(server);
  const [, url = ''] = await server.find(/API\s+(http\S+)\/v1/, stop);
  say(`  it answers at ${url}/v1`);
  return { url };
}

export async function registerServices(api: ApiTarget): Promise<void> {
  sayTitle('Four services are registered, with what they depend on');
  for (const entry of catalogue) await request(api, 'POST', '/services', entry);
  const items = await listAll<{ name: string; deployState: string; deps: readonly string[] }>(api, '/services');
  const rows = items.map(({ name, deployState, deps }) => [name, deployState, deps.join(', ')]);
  say(formatColumns([['SERVICE', 'STATE', 'DEPENDS ON'], ...rows]));
}

/** Starts the instances that the first three releases play on. */
export async function setStage(api: ApiTarget, { folder, stop, started }: Props): Promise<Stage> {
  for (const version of Object.values(versions)) {
    const artifact = join(folder, 'artifacts', version, service);
    await writeArtifact(artifact, version, version === versions.broken);
    await request(api, 'POST', `/services/${service}/versions`, { version, artifact });
  }
  const ids = listInstances(service, instanceCount);
  const instances = await startInstances(api, service, ids, join(folder, 'instances'), commands);
  for (const { agent } of instances) started(agent);
  const stage = { api, service, instances, stop };
  await installFirst(stage, versions.first);
  return stage;
}

/** Instances that appear before this is asked for are released over, those that appear after it are told what is current. */
export async function installFirst({ api, service, instances, stop }: Stage, version: string): Promise<void> {
  sayTitle(`${instances.length} instances of ${service} appear, each with an agent, and are told to run ${version}`);
  const { id } = await request<Deployment>(api, 'POST', '/deployments', { service, version });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { status } = await request<Deployment>(api, 'GET', `/deployments/${id}`);
    const reported = await listAll<{ version?: string }>(api, `/services/${service}/instances`);
    const ready = reported.filter(instance => instance.version === version).length;
    if (ready === instances.length && status === 'completed') break;
    if (Date.now() > deadline)
      throw new Mismatch(`${ready} of ${instances.length} instances run ${version}, whose release is ${status}`);
    await sleep(200, undefined, { signal: stop });
  }
  say(`  all of them run ${version}`);
}
