import { listServices, type Service } from '#data/services.ts';
import { encodeCursor, type Key } from '#domain/cursor.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listServicesInput } from './input.ts';

export const handler = endpoint(listServicesInput, async ({ query }) => {
  const { limit, start } = query;
  const page =
    limit === undefined ? await listAll(start) : toPage('services', await listServices({ limit, after: start }));
  return { status: 200, body: { ...page, relation: toRelation(page.items) } };
});

/** A Lambda answers 6 MB at most, of JSON that holds this JSON as a string. */
const answerBytes = 5_000_000;
/** An item comes to no more than three times its size: it may be in `relation` too, and quotes are escaped. */
const growth = 3;
const servicesInStatement = 8_000;

/** All services, in as many statements as their size takes: a thousand are one. */
async function listAll(start: Key | undefined): Promise<{ items: readonly Service[]; next?: string }> {
  let items: readonly Service[] = [];
  let after = start;
  for (let room = answerBytes; room > answerBytes / 50; ) {
    const page = await listServices({ limit: servicesInStatement, after, bytes: room / growth });
    items = [...items, ...page.items];
    if (!page.last) return { items };
    after = page.last;
    room -= Buffer.byteLength(JSON.stringify(JSON.stringify([page.items, toRelation(page.items)])));
  }
  return after ? { items, next: encodeCursor('services', after) } : { items };
}

/** Who depends on whom, of those that depend on others. */
function toRelation(services: readonly Service[]): Record<string, readonly string[]> {
  return Object.fromEntries(services.filter(({ deps }) => deps.length > 0).map(({ name, deps }) => [name, deps]));
}
