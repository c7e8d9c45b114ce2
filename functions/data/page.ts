import type { Key } from '#domain/cursor.ts';
import { Refusal, type RefusalCode } from '#domain/refusal.ts';
import { type Parameter, query } from '#platform/database.ts';

export interface PageQuery {
  /** Answers `key` (a JSON array: what the list is ordered by) and `item` (JSON), both text, in order, `:take` rows at most. */
  readonly items: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** How many items at most. */
  readonly limit: number;
  /** How many bytes of items at most; never more than the Data API answers. */
  readonly bytes?: number;
  /** A condition without which there is no list, and what it then is. */
  readonly provided?: { readonly condition: string; readonly otherwise: RefusalCode; readonly detail: string };
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The key of the last item, where there is more. */
  readonly last: Key | undefined;
}

/** The Data API answers 1 MiB at most, and promises rows of 64 KB: an item has less than 36 KB. */
const pageBytes = 900_000;
const chunkBytes = 24_000;

interface Chunk<Item> {
  readonly items: readonly Item[];
  readonly last: Key;
  /** How many items the list gave: one more than were asked for, where there is more. */
  readonly found: number;
}

/**
 * Reads a page of a list as one statement, whose result is never too large: a page of large items is a shorter one.
 * Items travel many to a row, because a row costs the client more than its content.
 */
export async function readPage<Item>(page: PageQuery): Promise<Page<Item>> {
  const { items, parameters = {}, limit, bytes = pageBytes, provided } = page;
  const rows = await query<Chunk<Item> | true>(
    `with page as (
      select row_number() over () as place, key, item from (${items}) listed
    ), sized as (
      select place, key, item, sum(octet_length(item) + 2) over (order by place) as upto, count(*) over () as found from page
    ), chunks as (
      select 0 as place, 'true' as chunk where ${provided?.condition ?? 'true'}
      union all
      select min(place), '{"items":[' || string_agg(item, ',' order by place)
          || '],"last":' || (array_agg(key order by place desc))[1] || ',"found":' || min(found) || '}'
        from sized where place < :take and upto <= :bytes group by upto / ${chunkBytes}
    )
    select chunk from chunks order by place`,
    { ...parameters, take: limit + 1, bytes: Math.floor(Math.min(bytes, pageBytes)) },
  );
  if (provided && !rows.includes(true)) throw new Refusal(provided.otherwise, provided.detail);
  const chunks = rows.filter(row => row !== true);
  const shown = chunks.flatMap(chunk => chunk.items);
  const end = chunks.at(-1);
  return { items: shown, last: end && end.found > shown.length ? end.last : undefined };
}

/** Where a list that shows the newest first begins: later than anything is created, in microseconds since the epoch. The year 2200. */
export const latestMicros = 7_258_118_400_000_000;

/** The list of something that a service has. */
export const ofService = {
  condition: 'exists (select from services where name = :service)',
  otherwise: 'serviceNotFound',
  detail: 'There is no such service.',
} as const;

/** The list of something that a deployment has. */
export const ofDeployment = {
  condition: 'exists (select from deploy_tasks where id = :deployID)',
  otherwise: 'deploymentNotFound',
  detail: 'There is no such deployment.',
} as const;
