import { listInstances } from '#data/instances.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listInstancesInput } from './input.ts';

export const handler = endpoint(listInstancesInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  return {
    status: 200,
    body: toPage('instances', await listInstances({ service: path.service, limit, after: start })),
  };
});
