import { listDeployments } from '#data/deployments.ts';
import type { DeploymentStatus } from '#domain/statuses.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { summarize } from './answer.ts';
import { listDeploymentsInput, statusGroups } from './input.ts';

export const handler = endpoint(listDeploymentsInput, async ({ query }) => {
  const { service, status, type, limit = 100, start } = query;
  const page = await listDeployments({ service, statuses: choose(status, type), limit, after: start });
  return { status: 200, body: toPage('deployments', { ...page, items: page.items.map(summarize) }) };
});

type Group = keyof typeof statusGroups;

/** The statuses that both filters let through; undefined: any. */
function choose(
  status: DeploymentStatus | undefined,
  type: DeploymentStatus | Group | undefined,
): readonly DeploymentStatus[] | undefined {
  if (type === undefined) return status && [status];
  const typed: readonly DeploymentStatus[] =
    type in statusGroups ? statusGroups[type as Group] : [type as DeploymentStatus];
  return status === undefined ? typed : typed.filter(one => one === status);
}
