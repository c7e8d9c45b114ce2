import { listVersions } from '#data/versions.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listAvailableVersionsInput } from './input.ts';

export const handler = endpoint(listAvailableVersionsInput, async ({ path, query }) => {
  const { type = 'unrelease', limit = 100, start } = query;
  const page = await listVersions({ service: path.service, unreleased: type === 'unrelease', limit, after: start });
  return { status: 200, body: toPage('availableVersions', page) };
});
