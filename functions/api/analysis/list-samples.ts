import { type Grid, listSamples, type SamplesPart } from '#data/analyses.ts';
import type { Page } from '#data/page.ts';
import { unpackCounts } from '#domain/analysis/samples.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listSamplesInput } from './input.ts';

export const handler = endpoint(listSamplesInput, async ({ path, query }) => {
  const { limit = 100, start } = query;
  const { grid, ...page } = await listSamples({ deployID: path.deployID, limit, after: start });
  return { status: 200, body: { ...(grid && showGrid(grid)), ...toPage('samples', unpack(page)) } };
});

function showGrid({ isPruned, ...grid }: Grid) {
  return { grid, ...(isPruned && { isPruned }) };
}

/** A Lambda answers 6 MB at most, and counts may be many times as long as they were packed. */
const mostCharacters = 4_000_000;

function unpack({ items, last }: Page<SamplesPart>) {
  const shown: { look: number; counts: object }[] = [];
  let characters = 0;
  for (const [index, { look, counts }] of items.entries()) {
    const unpacked = { look, counts: unpackCounts(counts) };
    characters += JSON.stringify(unpacked).length;
    const before = items[index - 1];
    if (characters > mostCharacters && before) return { items: shown, last: [before.look, before.part] };
    shown.push(unpacked);
  }
  return { items: shown, last };
}
