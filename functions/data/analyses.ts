import type { Look } from '#domain/analysis/look.ts';
import type { Key } from '#domain/cursor.ts';
import { Refusal } from '#domain/refusal.ts';
import { query } from '#platform/database.ts';
import { ofDeployment, type Page, readPage } from './page.ts';

/** A look that was taken at a release: what it was judged to be, and by which facts. */
export interface TakenLook extends Look {
  readonly number: number;
  readonly batch: number;
  readonly time: string;
}

interface OfDeployment {
  readonly deployID: string;
  readonly limit: number;
  readonly after: Key | undefined;
}

/** Oldest first. */
export function listLooks({ deployID, limit, after }: OfDeployment): Promise<Page<TakenLook>> {
  return readPage<TakenLook>({
    limit,
    provided: ofDeployment,
    items: `
      select json_build_array(l.number)::text as key,
          (jsonb_build_object('number', l.number, 'batch', l.batch, 'time', rfc3339(l.time)) || l.facts)::text as item
        from deploy_looks l
        where l.deploy_id = :deployID and l.number > :after::bigint
        order by l.number limit :take`,
    parameters: { deployID, after: Number(after?.[0] ?? -1) },
  });
}

/** What samples lie on: the grid begins where `gridFrom` says. */
export interface Sampling {
  /** Seconds. */
  readonly interval: number;
  /** In seconds since the epoch. */
  readonly startTime: number;
  /** They have been kept for their time. */
  readonly isPruned: boolean;
}

/** Some of what the instances did in one look. */
export interface SamplesPart {
  readonly look: number;
  readonly part: number;
  /** Upper bounds of the latency histogram in seconds; +Inf follows. */
  readonly buckets: readonly number[];
  /** As `packCounts` writes them. */
  readonly counts: string;
}

type SamplesRow = { readonly sampling: Sampling | null } | (SamplesPart & { readonly found: number });

/** The Data API answers 1 MiB at most. */
const mostBytes = 900_000;

/** By look; a page has no more than one answer of the Data API holds. `sampling` is null before the first bake. */
export async function listSamples(
  page: OfDeployment,
): Promise<Page<SamplesPart> & { readonly sampling: Sampling | null }> {
  const { deployID, limit, after } = page;
  const rows = await query<SamplesRow>(
    `select row from (
      select null::integer as look, null::integer as part, json_build_object('sampling', case when a.deploy_id is not null then
          json_build_object('interval', d.analysis -> 'interval', 'startTime', extract(epoch from d.start_time)::double precision,
            'isPruned', a.record_state <> 'kept')
          end)::text as row
        from deploy_tasks d left join deploy_analyses a on a.deploy_id = d.id
        where d.id = :deployID
      union all
      select look, part, json_build_object('look', look, 'part', part, 'buckets', buckets, 'counts', counts, 'found', found)::text from (
        select s.look, s.part, s.buckets, s.counts, sum(length(s.counts) + length(s.buckets::text) + 100) over (order by s.look, s.part) as upto,
            row_number() over (order by s.look, s.part) as place, count(*) over () as found
          from (
            select look, part, buckets, counts from deploy_samples
              where deploy_id = :deployID and (look, part) > (:afterLook::bigint, :afterPart::bigint)
              order by look, part limit :take
          ) s
      ) measured
      where upto <= :bytes and place < :take
    ) rows order by look nulls first, part`,
    {
      deployID,
      afterLook: Number(after?.[0] ?? Number.MIN_SAFE_INTEGER),
      afterPart: Number(after?.[1] ?? -1),
      take: limit + 1,
      bytes: mostBytes,
    },
  );
  const [head, ...parts] = rows;
  if (!(head && 'sampling' in head)) throw new Refusal('deploymentNotFound', ofDeployment.detail);
  const items = parts.filter(row => 'look' in row);
  const end = items.at(-1);
  return { sampling: head.sampling, items, last: end && end.found > items.length ? [end.look, end.part] : undefined };
}
