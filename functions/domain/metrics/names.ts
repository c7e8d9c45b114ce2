/** The golden signals, in the order in which they are shown. Their templates yield Prometheus' base units. */
export const metricNames = [
  /** How long requests take: a quantile, in seconds. */
  'latency',
  /** Requests a second. */
  'traffic',
  /** The share of requests that fail, from 0 to 1. */
  'errorRatio',
  /** How much of what it has a service uses, from 0 to 1. */
  'saturation',
] as const;

export type MetricName = (typeof metricNames)[number];

/** The counters that versions are compared by, each by instance and version. */
export const countNames = ['requestCount', 'errorCount', 'latencyBuckets'] as const;

export type CountName = (typeof countNames)[number];

export const templateNames = [...metricNames, ...countNames] as const;

export type TemplateName = (typeof templateNames)[number];

/** What people ask for: a metric also by its other name. */
export const askedMetricNames = [...metricNames, 'errors'] as const;

export function toMetricName(asked: (typeof askedMetricNames)[number]): MetricName {
  return asked === 'errors' ? 'errorRatio' : asked;
}
