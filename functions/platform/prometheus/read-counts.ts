import { type Counts, checkCounters, toCounts } from '#domain/metrics/counts.ts';
import { type CountName, countNames } from '#domain/metrics/names.ts';
import { renderTemplate } from '#domain/metrics/render.ts';
import { ProviderError } from './provider-error.ts';
import { queryRange } from './query.ts';

export interface CountsQuestion {
  readonly service: string;
  readonly templates: Readonly<Record<CountName, string>>;
  /** Epoch seconds, both on the grid of looks. */
  readonly from: number;
  readonly to: number;
  readonly lookSeconds: number;
}

/**
 * What each instance of a service counted in each look between two times; three queries, however many instances there are.
 * @throws ProviderError
 */
export async function readCounts(question: CountsQuestion): Promise<Counts & { readonly queries: readonly string[] }> {
  const { service, templates, from, to, lookSeconds } = question;
  const queries = countNames.map(name => renderTemplate(templates[name], { service, windowSeconds: lookSeconds }));
  const [requestCount = [], errorCount = [], latencyBuckets = []] = await Promise.all(
    queries.map(promql => queryRange(promql, { start: from, end: to, step: lookSeconds })),
  );
  const counters = { requestCount, errorCount, latencyBuckets };
  const fault = checkCounters(counters);
  if (fault !== undefined) throw new ProviderError('unusable', fault);
  return { ...toCounts(counters, { from, to, step: lookSeconds }), queries };
}
