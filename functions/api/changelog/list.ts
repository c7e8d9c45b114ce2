import { listChanges } from '#data/changelog.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../page.ts';
import { listChangesInput } from './schema.ts';

export const handler = endpoint(listChangesInput, async ({ query }) => {
  const { limit = 100, start } = query;
  return { status: 200, body: toPage('changelog', await listChanges({ limit, after: start })) };
});
