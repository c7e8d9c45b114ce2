import { listInstances } from '#data/instances.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../page.ts';
import { listInstancesInput } from './schema.ts';

export const handler = endpoint(listInstancesInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  return {
    status: 200,
    body: toPage('instances', await listInstances({ service: path.service, limit, after: start })),
  };
});
