import type { TemplateName } from './names.ts';

/** PromQL for each name, with placeholders for what is asked about. */
export type Templates = Readonly<Record<TemplateName, string>>;

/** What a service has in place of the defaults. */
export type OwnTemplates = Readonly<Partial<Record<TemplateName, string>>>;

const asked = 'service=~$service,version=~$version,instance=~$instance';
const requests = `http_requests_total{${asked}}`;
const errors = `http_requests_total{${asked},code=~"5.."}`;
const buckets = `http_request_duration_seconds_bucket{${asked}}`;

/**
 * For services that expose `http_requests_total` by `code` and the histogram `http_request_duration_seconds`, as the client
 * libraries' HTTP middleware names them, labelled `service`, `version` and `instance`.
 */
export const defaultTemplates: Templates = {
  // 95 of 100 requests are faster: a median does not see what few suffer, and a higher quantile needs more requests.
  latency: `histogram_quantile(0.95, sum by (le) (rate(${buckets}[$window])))`,
  traffic: `sum(rate(${requests}[$window]))`,
  // No error series yet is no errors, where there are requests.
  errorRatio: `(sum(rate(${errors}[$window])) or 0 * sum(rate(${requests}[$window]))) / sum(rate(${requests}[$window]))`,
  // Of one CPU, on average over the instances: what every client library exposes.
  saturation: `avg(rate(process_cpu_seconds_total{${asked}}[$window]))`,
  requestCount: `sum by (instance, version) (${requests})`,
  errorCount: `sum by (instance, version) (${errors})`,
  latencyBuckets: `sum by (instance, version, le) (${buckets})`,
};

/** The templates that count for a service. */
export function effectiveTemplates(defaults: Templates, own: OwnTemplates): Templates {
  return { ...defaults, ...own };
}
