import { readSettings } from '#data/settings.ts';
import { toMetricName } from '#domain/metrics/names.ts';
import { type AskedRange, type Range, toRange, toWindow } from '#domain/metrics/range.ts';
import { renderTemplate } from '#domain/metrics/render.ts';
import { endpoint } from '#platform/endpoint.ts';
import { defaultTemplates, scrapeSeconds } from '#platform/metric-settings.ts';
import { invalidRequest } from '#platform/problem.ts';
import { queryRangeText } from '#platform/prometheus/query.ts';
import { getMetricInput } from './input.ts';

export const handler = endpoint(getMetricInput, async ({ path, query }) => {
  const { service, name } = path;
  const range = readRange(query);
  const {
    settings: { metrics = {} },
  } = await readSettings(service);
  const metric = toMetricName(name);
  const promql = renderTemplate(metrics[metric] ?? defaultTemplates[metric], {
    service,
    version: query.version,
    windowSeconds: toWindow(range.step, scrapeSeconds),
  });
  return { status: 200, body: await queryRangeText(promql, range) };
});

/** It was checked with the request, a moment ago. */
function readRange(asked: AskedRange): Range {
  const range = toRange(asked, Date.now() / 1000);
  if ('step' in range) return range;
  throw invalidRequest(range.map(({ field, message }) => ({ path: `query.${field}`, message })));
}
