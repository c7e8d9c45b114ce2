import { type ActiveVersion, listActiveVersions } from '#data/versions.ts';
import { estimateCompletion } from '#domain/estimate.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listActiveVersionsInput } from './input.ts';

export const handler = endpoint(listActiveVersionsInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  const page = await listActiveVersions({ service: path.service, limit, after: start });
  const now = new Date();
  return { status: 200, body: toPage('activeVersions', { ...page, items: page.items.map(item => show(item, now)) }) };
});

function show({ pace, ...version }: ActiveVersion, now: Date) {
  const completion = pace && estimateCompletion(pace, now);
  return { ...version, ...(completion && { estimatedCompletionTime: completion.toISOString() }) };
}
