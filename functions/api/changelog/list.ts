import { listChanges } from '#data/changelog.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listChangesInput } from './input.ts';

export const handler = endpoint(listChangesInput, async ({ query }) => {
  const { limit = 100, start } = query;
  return { status: 200, body: toPage('changelog', await listChanges({ limit, after: start })) };
});
