import { readMeasured } from '#data/settings.ts';
import { type MetricName, metricNames } from '#domain/metrics/names.ts';
import { toWindow } from '#domain/metrics/range.ts';
import { readStats, renderStats, renderVersions, toStats } from '#domain/metrics/stats.ts';
import { effectiveTemplates, type Templates } from '#domain/metrics/templates.ts';
import { endpoint } from '#platform/endpoint.ts';
import { defaultTemplates, scrapeSeconds } from '#platform/metric-settings.ts';
import { ProviderError } from '#platform/prometheus/provider-error.ts';
import { query } from '#platform/prometheus/query.ts';
import { getMetricStatsInput } from './input.ts';

const versionsAtMost = 100;

/** Now is the last minute, if that has enough scrapes. */
const windowSeconds = toWindow(0, scrapeSeconds);

/** One query for the versions, and one for each metric, however many versions there are. */
export const handler = endpoint(getMetricStatsInput, async ({ path: { service } }) => {
  const { settings, versions: active } = await readMeasured(service, versionsAtMost);
  const templates = effectiveTemplates(defaultTemplates, settings.metrics ?? {});
  const measured = await readVersions(templates, service);
  const versions = [...new Set([...active, ...measured])].slice(0, versionsAtMost).sort();
  const values = await Promise.all(metricNames.map(name => readMetric(name, templates, service, versions)));
  return {
    status: 200,
    body: toStats(Object.fromEntries(values) as Record<MetricName, (typeof values)[0][1]>, versions),
  };
});

async function readVersions({ requestCount }: Templates, service: string): Promise<readonly string[]> {
  const { series } = await query(renderVersions(requestCount, service, windowSeconds));
  return series.flatMap(({ labels: { version = '' } }) => (version === '' ? [] : [version])).sort();
}

async function readMetric(name: MetricName, templates: Templates, service: string, versions: readonly string[]) {
  const { series } = await query(renderStats(templates[name], { service, versions, windowSeconds }));
  const values = readStats(series, versions);
  if (!values) {
    throw new ProviderError(
      'unusable',
      `The template ${name} gives several series, where one is meant: aggregate them.`,
    );
  }
  return [name, values] as const;
}
