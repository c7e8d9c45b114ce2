import type { Key } from '#domain/cursor.ts';
import { Refusal } from '#domain/refusal.ts';
import { query } from '#platform/database.ts';
import { ofDeployment, type Page, readPage } from './page.ts';

/** One look at a release, and what it was judged to be. */
export interface Look {
  readonly number: number;
  readonly batch: number;
  readonly time: string;
  readonly verdict: Verdict;
  readonly facts: Readonly<Record<string, unknown>>;
}

type Verdict = 'pass' | 'fail' | 'noData' | 'providerError';

interface OfDeployment {
  readonly deployID: string;
  readonly limit: number;
  readonly after: Key | undefined;
}

/** Oldest first. */
export function listLooks({ deployID, limit, after }: OfDeployment): Promise<Page<Look>> {
  return readPage<Look>({
    limit,
    provided: ofDeployment,
    items: `
      select json_build_array(l.number)::text as key,
          json_build_object('number', l.number, 'batch', l.batch, 'time', rfc3339(l.time), 'verdict', l.verdict,
            'facts', l.facts)::text as item
        from deploy_looks l
        where l.deploy_id = :deployID and l.number > :after::bigint
        order by l.number limit :take`,
    parameters: { deployID, after: Number(after?.[0] ?? -1) },
  });
}

/** The times of a release's looks: look n ends `(n + 1) * interval` seconds after the origin; those below 0 are its past. */
export interface Grid {
  readonly interval: number;
  readonly origin: string;
  /** Upper bounds of the latency histogram in seconds; +Inf follows. */
  readonly buckets: readonly number[];
  /** What was measured has been kept for its time. */
  readonly isPruned: boolean;
}

/** Some of what the instances did in one look. */
export interface SamplesPart {
  readonly look: number;
  readonly part: number;
  /** As `packCounts` writes them. */
  readonly counts: string;
}

type SamplesRow = { readonly grid: Grid | null } | (SamplesPart & { readonly found: number });

/** The Data API answers 1 MiB at most. */
const mostBytes = 900_000;

/** By look; a page has no more than one answer of the Data API holds. The grid is there once the first look was taken. */
export async function listSamples(page: OfDeployment): Promise<Page<SamplesPart> & { readonly grid: Grid | null }> {
  const { deployID, limit, after } = page;
  const rows = await query<SamplesRow>(
    `select row from (
      select null::integer as look, null::integer as part, json_build_object('grid', case when a.deploy_id is not null then
          json_build_object('interval', d.analysis -> 'interval', 'origin', rfc3339(a.origin),
            'buckets', coalesce(a.buckets, '[]'), 'isPruned', a.record_state <> 'kept')
          end)::text as row
        from deploy_tasks d left join deploy_analyses a on a.deploy_id = d.id
        where d.id = :deployID
      union all
      select look, part, json_build_object('look', look, 'part', part, 'counts', counts, 'found', found)::text from (
        select s.look, s.part, s.counts, sum(length(s.counts) + 100) over (order by s.look, s.part) as upto,
            row_number() over (order by s.look, s.part) as place, count(*) over () as found
          from (
            select look, part, counts from deploy_samples
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
  if (!(head && 'grid' in head)) throw new Refusal('deploymentNotFound', ofDeployment.detail);
  const items = parts.filter(row => 'look' in row);
  const end = items.at(-1);
  return { grid: head.grid, items, last: end && end.found > items.length ? [end.look, end.part] : undefined };
}
