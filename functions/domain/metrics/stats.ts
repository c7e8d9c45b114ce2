import { type MetricName, metricNames } from './names.ts';
import type { Series } from './read-answer.ts';
import { renderTemplate } from './render.ts';

/** A metric now; null: there is none, which is not zero. */
export interface Stat {
  readonly name: MetricName;
  readonly value: number | null;
}

/** Where a template is asked about several versions at once, which one a series is of, by its place; of all of them `all`. */
const itemLabel = 'service_manager_item';

/** Milliseconds, requests a second, and two times per cent: what a template yields times this. */
const factors: Readonly<Record<MetricName, number>> = { latency: 1000, traffic: 1, errorRatio: 100, saturation: 100 };

/** One query for a template's value over all versions and for each of these, however many there are. */
export function renderStats(
  template: string,
  { service, versions, windowSeconds }: { service: string; versions: readonly string[]; windowSeconds: number },
): string {
  const items: [string, string | undefined][] = [['all', undefined], ...versions.map(toItem)];
  return items
    .map(([item, version]) => {
      const query = renderTemplate(template, { service, version, windowSeconds });
      return `label_replace((${query}), "${itemLabel}", "${item}", "", "")`;
    })
    .join(' or ');
}

function toItem(version: string, index: number): [string, string] {
  return [String(index), version];
}

/** Its answer, for all and for each version; undefined: one of them has several values. */
export function readStats(
  series: readonly Series[],
  versions: readonly string[],
): readonly (number | null)[] | undefined {
  const byItem = Map.groupBy(series, ({ labels }) => labels[itemLabel] ?? '');
  if ([...byItem.values()].some(({ length }) => length > 1)) return undefined;
  return ['all', ...versions.keys()].map(item => {
    const value = byItem.get(String(item))?.[0]?.points[0]?.[1];
    // Infinity is no JSON; a quantile that lies above the last bucket is that bucket's bound, so it means nothing here.
    return value === undefined || !Number.isFinite(value) ? null : value;
  });
}

/** The versions that instances say they are of, as far as Prometheus sees them now. */
export function renderVersions(requestCount: string, service: string, windowSeconds: number): string {
  return `count by (version) (${renderTemplate(requestCount, { service, windowSeconds })})`;
}

/** In the units that people read: values by metric, of which each has one for all and one for each version. */
export function toStats(
  values: Readonly<Record<MetricName, readonly (number | null)[]>>,
  versions: readonly string[],
): { readonly summary: { readonly metrics: readonly Stat[] }; readonly items: readonly object[] } {
  const at = (index: number) =>
    metricNames.map(name => ({ name, value: scale(values[name][index] ?? null, factors[name]) }));
  return {
    summary: { metrics: at(0) },
    items: versions.map((version, index) => ({ version, metrics: at(index + 1) })),
  };
}

/** Of 0.07 × 100 floating point makes 7.000000000000001. */
function scale(value: number | null, factor: number): number | null {
  return value === null ? null : Number((value * factor).toPrecision(12));
}
