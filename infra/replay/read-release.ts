import { type Grid, startOf } from '../../functions/domain/analysis/grid.ts';
import { joinSamples, type Sample } from '../../functions/domain/analysis/trace.ts';
import type { ApiTarget } from '../agent/http.ts';
import { ApiError, request } from '../cli/api.ts';
import { hasEnded } from '../cli/deployment.ts';
import { listAll } from '../cli/list.ts';
import {
  addAftermaths,
  type DeploymentEvent,
  findLeavers,
  type JudgedDeployment,
  type Release,
  type TakenLook,
} from './release.ts';

type Instance = { readonly id: string; readonly updatedAtLook?: number };

type SamplesPage = {
  readonly items: readonly Sample[];
  readonly grid?: { readonly origin: string };
  readonly isPruned?: true;
  readonly next?: string;
};

/** Reads what is kept of a release, by the REST API. @throws ApiError also where too little of it is */
export async function readRelease(target: ApiTarget, id: string): Promise<Release> {
  const path = `/deployments/${encodeURIComponent(id)}`;
  const deployment = await request<JudgedDeployment>(target, 'GET', path);
  const policy = deployment.analysis;
  if (!policy) throw new ApiError(`deployment ${id} was not judged by what is measured: it has no analysis`);
  const { samples, ...first } = await readSamples(target, `${path}/samples?limit=500`);
  if (first.isPruned) throw new ApiError(`what deployment ${id} was judged from was kept for its time, and is gone`);
  const looks = await listAll<TakenLook>(target, `${path}/looks?limit=500`);
  if (!first.grid || looks.length === 0) {
    throw new ApiError(`deployment ${id} was ${hasEnded(deployment) ? 'never' : 'not yet'} looked at`);
  }
  const events = await listAll<DeploymentEvent>(target, `${path}/events?limit=500`);
  const instances = await listAll<Instance>(target, `${path}/instances?limit=500`);
  const grid = { origin: Date.parse(first.grid.origin) / 1000, interval: policy.interval };
  return {
    ...{ deployment, policy, samples, origin: grid.origin },
    looks: addAftermaths(looks, events),
    instances: [
      ...instances.map(({ id: instance, updatedAtLook }) => ({
        id: instance,
        updateTime: updatedAtLook === undefined ? null : justBefore(grid, updatedAtLook),
      })),
      ...findLeavers(events),
    ],
  };
}

/** A time whose first look after it is this one, however numbers are rounded. */
function justBefore(grid: Grid, look: number): number {
  return startOf(grid, look) - grid.interval / 2;
}

async function readSamples(target: ApiTarget, path: string) {
  const parts: Sample[] = [];
  const first = await request<SamplesPage>(target, 'GET', path);
  let page = first;
  while (true) {
    parts.push(...page.items);
    if (page.next === undefined) return { ...first, samples: joinSamples(parts) };
    page = await request<SamplesPage>(target, 'GET', `${path}&start=${encodeURIComponent(page.next)}`);
  }
}
