import type { Deployment } from '../cli/deployment.ts';
import { listAll } from '../cli/list.ts';
import type { Stage } from './stage.ts';
import { check } from './story.ts';

export interface PlannedInstance {
  readonly id: string;
  readonly batch: number;
  /** When it was answered the new version. */
  readonly toldTime?: string;
}

export function listPlanned({ api }: Stage, { id }: Deployment): Promise<PlannedInstance[]> {
  return listAll<PlannedInstance>(api, `/deployments/${id}/instances`);
}

/** The ids of those that were told the version of a deployment. */
export async function listTold(stage: Stage, deployment: Deployment): Promise<readonly string[]> {
  const planned = await listPlanned(stage, deployment);
  return planned.filter(({ toldTime }) => toldTime !== undefined).map(({ id }) => id);
}

/** Of all instances, both as the API knows it and as their folders show it. */
export async function checkVersions(stage: Stage, version: string): Promise<void> {
  const { api, service, instances } = stage;
  const reported = await listAll<{ id: string; version?: string; health: string }>(
    api,
    `/services/${service}/instances`,
  );
  const others = reported.filter(instance => instance.version !== version || instance.health !== 'normal');
  check(
    reported.length === instances.length && others.length === 0,
    `all ${instances.length} instances report ${version} and are well`,
    `${reported.length} instances, of which ${others.map(other => `${other.id} reports ${other.version}, ${other.health}`)}`,
  );
  const started = await Promise.all(
    instances.map(async ({ id, readStarted }) => ({ id, last: (await readStarted()).at(-1) })),
  );
  const wrong = started.filter(({ last }) => last !== version);
  check(
    wrong.length === 0,
    `${version} is what they started last`,
    wrong.map(({ id, last }) => `${id} started ${last}`).join(', '),
  );
}
