import { listSamples, type SamplesPart, type Sampling } from '#data/analyses.ts';
import type { Page } from '#data/page.ts';
import { gridFrom } from '#domain/analysis/grid.ts';
import { unpackCounts } from '#domain/analysis/samples.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listSamplesInput } from './input.ts';

export const handler = endpoint(listSamplesInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  const { sampling, ...page } = await listSamples({ deployID: path.deployID, limit, after: start });
  return { status: 200, body: { ...(sampling && showGrid(sampling)), ...toPage('samples', unpack(page)) } };
});

function showGrid({ startTime, interval, isPruned }: Sampling) {
  const { origin } = gridFrom(startTime, interval);
  return { grid: { origin: new Date(origin * 1000).toISOString(), interval }, ...(isPruned && { isPruned }) };
}

/** A Lambda answers 6 MB at most, and counts may be many times as long as they were packed. */
const mostCharacters = 4_000_000;

function unpack({ items, last }: Page<SamplesPart>) {
  const shown: { look: number; buckets: readonly number[]; counts: object }[] = [];
  let characters = 0;
  for (const [index, { look, buckets, counts }] of items.entries()) {
    const unpacked = { look, buckets, counts: unpackCounts(counts) };
    characters += JSON.stringify(unpacked).length;
    const before = items[index - 1];
    if (characters > mostCharacters && before) return { items: shown, last: [before.look, before.part] };
    shown.push(unpacked);
  }
  return { items: shown, last };
}
