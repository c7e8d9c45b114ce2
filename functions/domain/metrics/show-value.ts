import type { MetricName } from './names.ts';

/** A value of a metric in the unit that people use for it: `239 ms`, `3.8 %`, `12 requests a second`. */
export function showValue(metric: MetricName, value: number): string {
  switch (metric) {
    case 'latency':
      return value < 1 ? `${short(1000 * value)} ms` : `${short(value)} s`;
    case 'traffic':
      return `${short(value)} requests a second`;
    case 'errorRatio':
    case 'saturation':
      return `${short(100 * value)} %`;
  }
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
