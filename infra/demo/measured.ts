import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiTarget } from '../agent/http.ts';
import { request } from '../cli/api.ts';
import { journal, listInstances, startInstances } from './fleet.ts';
import { findMonitoring } from './monitoring/find.ts';
import { startPrometheus } from './monitoring/prometheus.ts';
import { startOwnProgram } from './program.ts';
import { type Behaviour, installServed } from './serving/behaviour.ts';
import { installFirst, type Props, type Stage } from './stage.ts';
import { say, sayTitle } from './story.ts';

/** Before the release, and the one that is released over it. */
export const measuredVersions = { first: '2.0.0', slow: '2.1.0' } as const;

const service = 'payments';
const ids = listInstances(service, 8);
const requestsPerSecond = 20;

const behaviours: readonly Behaviour[] = [
  { version: measuredVersions.first, medianSeconds: 0.03, errorRatio: 0.002 },
  { version: measuredVersions.slow, medianSeconds: 0.042, errorRatio: 0.002 },
];

const commands = { install: `${installServed} && echo "$SERVICE_MANAGER_VERSION" >> ${journal}`, health: 'true' };

/**
 * Starts instances that serve requests, and a Prometheus that scrapes them; nothing is installed on them yet.
 * @returns where the Prometheus is; undefined where none is installed, which it says
 */
export async function startMeasuring({ folder, stop, started }: Props): Promise<string | undefined> {
  sayTitle(`Prometheus starts, and will measure ${service}`);
  const command = findPrometheus();
  if (command === undefined) return undefined;
  const home = join(folder, 'measured');
  await mkdir(home);
  const places = ids.map(id => `${service}/${id}`);
  const args = ['--rate', String(requestsPerSecond), ...places];
  const host = startOwnProgram({ name: `requests to ${service}`, file: 'demo/serving/main.ts', args, folder: home });
  started(host);
  const [, hostUrl = ''] = await host.find(/^serves at (\S+)\/$/, stop);
  const targets = places.map(place => ({ url: `${hostUrl}/${place}/metrics` }));
  const { program, url } = await startPrometheus({ command, folder: join(folder, 'prometheus'), targets });
  started(program);
  say(`  it answers at ${url}`);
  return url;
}

function findPrometheus(): string | undefined {
  try {
    return findMonitoring('Prometheus');
  } catch (error) {
    say(`  left out, with the release that is judged by it: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

export async function setMeasuredStage(api: ApiTarget, { folder, stop, started }: Props): Promise<Stage> {
  for (const behaviour of behaviours) {
    const artifact = join(folder, `${service}-${behaviour.version}.json`);
    await writeFile(artifact, JSON.stringify(behaviour));
    await request(api, 'POST', `/services/${service}/versions`, { version: behaviour.version, artifact });
  }
  const instances = await startInstances(api, service, ids, join(folder, 'measured', service), commands);
  for (const { agent } of instances) started(agent);
  const stage = { api, service, instances, stop };
  await installFirst(stage, measuredVersions.first);
  return stage;
}
