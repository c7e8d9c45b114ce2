import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiTarget } from '../agent/http.ts';
import { request } from '../cli/api.ts';
import { formatColumns } from '../cli/help.ts';
import { listAll } from '../cli/list.ts';
import { writeArtifact } from './artifact.ts';
import { type Instance, startInstances } from './fleet.ts';
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

/** The version that everything runs before the first release, then those that are released over it. */
export const versions = { first: '1.0.0', canary: '1.1.0', broken: '1.2.0', repaired: '1.2.1' } as const;

const service = 'checkout';
const instanceCount = 20;
const patienceMs = 30_000;

const catalogue = [
  { name: 'inventory' },
  { name: 'payments' },
  { name: service, deps: ['inventory', 'payments'] },
  { name: 'storefront', deps: [service] },
];

/** Starts everything that the demo needs below `folder`; each program is handed to `started`, which is to stop it. */
export async function setStage(folder: string, stop: AbortSignal, started: (program: Program) => void): Promise<Stage> {
  sayTitle('Service Manager starts, with a PostgreSQL and a Step Functions of its own');
  const args = ['--port', '0', '--aws-port', '0', '--data', join(folder, 'data')];
  const server = startOwnProgram({ name: 'Service Manager', file: 'local/main.ts', args, folder });
  started(server);
  const [, url = ''] = await server.find(/API\s+(http\S+)\/v1/, stop);
  const api = { url };
  say(`  it answers at ${url}/v1`);

  await registerServices(api);
  await registerVersions(api, join(folder, 'artifacts'));
  const instances = await startInstances(api, service, instanceCount, join(folder, 'instances'));
  for (const { agent } of instances) started(agent);
  const stage = { api, service, instances, stop };
  await installFirst(stage);
  return stage;
}

async function registerServices(api: ApiTarget): Promise<void> {
  sayTitle('Four services are registered, with what they depend on');
  for (const entry of catalogue) await request(api, 'POST', '/services', entry);
  const items = await listAll<{ name: string; deployState: string; deps: readonly string[] }>(api, '/services');
  const rows = items.map(({ name, deployState, deps }) => [name, deployState, deps.join(', ')]);
  say(formatColumns([['SERVICE', 'STATE', 'DEPENDS ON'], ...rows]));
}

async function registerVersions(api: ApiTarget, folder: string): Promise<void> {
  for (const version of Object.values(versions)) {
    const artifact = join(folder, version, service);
    await writeArtifact(artifact, version, version === versions.broken);
    await request(api, 'POST', `/services/${service}/versions`, { version, artifact });
  }
}

/** A service without instances is released at once; whoever appears then is told the current version. */
async function installFirst({ api, instances, stop }: Stage): Promise<void> {
  sayTitle(
    `${instances.length} instances of ${service} appear, each with an agent, and are told to run ${versions.first}`,
  );
  await request(api, 'POST', '/deployments', { service, version: versions.first });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const reported = await listAll<{ version?: string }>(api, `/services/${service}/instances`);
    const ready = reported.filter(({ version }) => version === versions.first).length;
    if (ready === instances.length) break;
    if (Date.now() > deadline)
      throw new Mismatch(`Only ${ready} of ${instances.length} instances run ${versions.first}`);
    await sleep(200, undefined, { signal: stop });
  }
  say(`  all of them run ${versions.first}`);
}
