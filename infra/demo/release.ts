import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../cli/api.ts';
import { type Deployment, hasEnded } from '../cli/deployment.ts';
import { createDisplay } from '../cli/display.ts';
import { renderProgress } from '../cli/progress.ts';
import type { Stage } from './stage.ts';
import { Mismatch } from './story.ts';

const lookMs = 200;
const patienceMs = 45_000;

/** Asks for the release of a version of the stage's service. */
export function release(
  { api, service }: Stage,
  version: string,
  strategy: object,
  more: object = {},
): Promise<Deployment> {
  return request<Deployment>(api, 'POST', '/deployments', { service, version, strategy, ...more });
}

/** `pause`, `continue` or `rollback`. */
export function command(stage: Stage, { id }: Deployment, name: string, reason: string): Promise<Deployment> {
  return request<Deployment>(stage.api, 'POST', `/deployments/${id}/${name}`, { reason });
}

/**
 * Shows a deployment live until it is as wanted, with more lines below it.
 * @throws Mismatch when it ends otherwise, or takes too long
 */
export async function follow(
  stage: Stage,
  { id }: Deployment,
  isWanted: (deployment: Deployment) => boolean,
  listMore: () => Promise<readonly string[]> = async () => [],
): Promise<Deployment> {
  const show = createDisplay();
  const deadline = Date.now() + patienceMs;
  for (;;) {
    stage.stop.throwIfAborted();
    const deployment = await request<Deployment>(stage.api, 'GET', `/deployments/${id}`);
    show([...renderProgress(deployment), ...(await listMore())]);
    if (isWanted(deployment)) return deployment;
    const { version, status, reason } = deployment;
    if (hasEnded(deployment))
      throw new Mismatch(`The release of ${version} is ${status}: ${reason ?? 'no reason told'}`);
    if (Date.now() > deadline)
      throw new Mismatch(`The release of ${version} is still ${status} after ${patienceMs} ms`);
    await sleep(lookMs, undefined, { signal: stage.stop }).catch(() => {});
  }
}
