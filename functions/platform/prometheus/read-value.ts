import { ProviderError } from './provider-error.ts';
import { query } from './query.ts';

/**
 * What a query yields at a time (epoch seconds): one number, ±Infinity included; null where there is no data, or no number (0 / 0).
 * @throws ProviderError; `unusable` when it yields several series, of which none can be meant more than another
 */
export async function readValue(promql: string, time: number): Promise<number | null> {
  const { type, series } = await query(promql, time);
  const [one, ...others] = series;
  if (type === 'matrix') throw new ProviderError('unusable', 'The query gives a range, where one number is meant.');
  if (others.length > 0) {
    throw new ProviderError('unusable', `The query gives ${series.length} series, where one is meant: aggregate it.`);
  }
  const value = one?.points[0]?.[1];
  return value === undefined || Number.isNaN(value) ? null : value;
}
