import { listDeploymentInstances } from '#data/deployment-lists.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listDeploymentInstancesInput } from './input.ts';

export const handler = endpoint(listDeploymentInstancesInput, async ({ path, query }) => {
  const { batch, state, limit = 100, start } = query;
  const page = await listDeploymentInstances({ deployID: path.deployID, batch, state, limit, after: start });
  return { status: 200, body: toPage('deploymentInstances', page) };
});
