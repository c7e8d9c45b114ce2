import type { DueLook } from '#data/looks.ts';
import { type Grid, missingLooks, startOf } from '#domain/analysis/grid.ts';
import { type Answer, judgeAbsolute } from '#domain/analysis/judge-look.ts';
import type { CheckResult } from '#domain/analysis/look.ts';
import { findOtherVersions, findStrangers, toSamples } from '#domain/analysis/new-samples.ts';
import { isComparative, type MetricCheck, type QueryCheck } from '#domain/analysis/policy.ts';
import type { Sample } from '#domain/analysis/trace.ts';
import { renderTemplate } from '#domain/metrics/render.ts';
import type { Templates } from '#domain/metrics/templates.ts';
import { scrapeSeconds } from '#platform/metric-settings.ts';
import { ProviderError } from '#platform/prometheus/provider-error.ts';
import { readCounts } from '#platform/prometheus/read-counts.ts';
import { readValue } from '#platform/prometheus/read-value.ts';

export interface Counted {
  readonly samples: readonly Sample[];
  /** Who serves the new version, and is not known to. */
  readonly strangers: readonly string[];
  /** As which other versions the updated instances serve. */
  readonly otherVersions: readonly string[];
  readonly queries: readonly string[];
  /** Why nothing could be counted; null: it could. */
  readonly error: string | null;
}

const nothing: Counted = { samples: [], strangers: [], otherVersions: [], queries: [], error: null };

/** Longer ago than this, Prometheus finds no sample: what says so tells something else. */
const lookbackSeconds = 300;

/** What a look has measured. */
export interface Measured {
  readonly counted: Counted;
  readonly absolute: readonly CheckResult[];
  /** Until when Prometheus knew all: the time of the look, unless it is behind. */
  readonly known: number;
}

/**
 * Asks all at once. A Prometheus may be behind: another feeds it, or its clock is late. What it does not know yet is left to the next
 * look, and absolute checks are asked again as of when it knew all, unless that was so at the look before, too.
 */
export async function measure(due: DueLook, grid: Grid, templates: Templates): Promise<Measured> {
  const { now } = due;
  const [counted, absolute, known] = await Promise.all([
    count(due, grid, templates),
    askAbsolute(due, templates, now),
    findKnown(now),
  ]);
  if (known >= now) return { counted, absolute, known };
  const samples = counted.samples.filter(({ look }) => startOf(grid, look + 1) <= known);
  const isNews = samples.length > 0;
  return {
    counted: { ...counted, samples },
    absolute: isNews ? await askAbsolute(due, templates, known) : absolute,
    known,
  };
}

/** Until when Prometheus knows what was measured, by its last sample of any target; where it has none, or is not behind, until now. */
async function findKnown(now: number): Promise<number> {
  const newest = await orError(() => readValue('max(timestamp(up))', now));
  const isBehind = typeof newest === 'number' && newest < now - scrapeSeconds && newest > now - lookbackSeconds;
  return isBehind ? newest : now;
}

/** What was counted since the look before, by three queries; the part that is not scraped yet is left to the next look. */
async function count(due: DueLook, grid: Grid, templates: Templates): Promise<Counted> {
  const { policy, stored, now, total } = due;
  const scraped = now - Math.min(scrapeSeconds, policy.interval / 2);
  const [first, end] = missingLooks(grid, stored, total, scraped);
  if (first >= end) return nothing;
  const counted = await orError(async () => {
    try {
      return await countLooks(due, grid, templates, first, end);
    } catch (error) {
      // More buckets than are usual: the last look alone is better than none.
      if (!(error instanceof ProviderError && error.kind === 'tooLarge') || first === end - 1) throw error;
      return countLooks(due, grid, templates, end - 1, end);
    }
  });
  return { ...nothing, ...counted };
}

async function countLooks(due: DueLook, grid: Grid, templates: Templates, first: number, end: number) {
  const { service, version, policy, instances } = due;
  const { queries, ...counts } = await readCounts({
    ...{ service, templates, lookSeconds: policy.interval },
    ...{ from: startOf(grid, first), to: startOf(grid, end) },
  });
  return {
    samples: toSamples(grid, first, counts, instances, version),
    strangers: findStrangers(counts, instances, version),
    otherVersions: findOtherVersions(grid, first, counts, instances, version),
    queries,
  };
}

/** One query for each absolute check. */
function askAbsolute(due: DueLook, templates: Templates, time: number): Promise<readonly CheckResult[]> {
  const { service, version, policy } = due;
  return Promise.all(
    policy.checks.flatMap((check, at) => {
      if (isComparative(check)) return [];
      const subject = { service, version, windowSeconds: policy.window };
      const query = renderTemplate(templateOf(check, templates), subject);
      return [
        orError<Answer>(async () => ({ value: await readValue(query, time) })).then(answer =>
          judgeAbsolute(check, at, query, answer),
        ),
      ];
    }),
  );
}

function templateOf(check: MetricCheck | QueryCheck, templates: Templates): string {
  return 'query' in check ? check.query : templates[check.metric];
}

async function orError<Answered>(ask: () => Promise<Answered>): Promise<Answered | { readonly error: string }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderError) return { error: error.message };
    throw error;
  }
}
