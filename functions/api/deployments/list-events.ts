import { listDeploymentEvents } from '#data/deployment-lists.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listDeploymentEventsInput } from './input.ts';

export const handler = endpoint(listDeploymentEventsInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  const page = await listDeploymentEvents({ deployID: path.deployID, limit, after: start });
  return { status: 200, body: toPage('deploymentEvents', page) };
});
