import { listLooks } from '#data/analyses.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listLooksInput } from './input.ts';

export const handler = endpoint(listLooksInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  return { status: 200, body: toPage('looks', await listLooks({ deployID: path.deployID, limit, after: start })) };
});
