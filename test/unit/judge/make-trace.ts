import { normalCdf } from '../../../functions/domain/judge/normal.ts';
import type { Trace } from '../../../functions/domain/judge/trace.ts';

/** In seconds. */
const buckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];

export interface Made {
  readonly instances?: number;
  /** Looks before the release, and looks of it. */
  readonly history?: number;
  readonly looks?: number;
  /** How many are updated by that look of the release, counted from 0. */
  readonly batches?: readonly { readonly look: number; readonly updated: number }[];
  readonly requests?: number;
  /** Standard deviation, in log time, from look to look. */
  readonly noise?: number;
  /** Median of the latency in seconds, for looks since the instance's update; negative: it runs the old version. */
  median?(age: number, instance: number, look: number): number;
  /** A share of requests that take so many times as long. */
  tail?(age: number): { readonly share: number; readonly times: number };
  errorRatio?(age: number, instance: number, look: number): number;
  readonly seed?: number;
}

/** A release whose latencies are lognormal around 40 ms and whose requests fail in two of a thousand cases, unless told otherwise. */
export function makeTrace(made: Made = {}): Trace {
  const { instances = 10, history = 30, looks = 30, requests = 100, noise = 0.05, seed = 1 } = made;
  const { batches = [{ look: 0, updated: Math.ceil(instances / 5) }], median = () => 0.04, tail } = made;
  const random = makeRandom(seed);
  const speeds = Array.from({ length: instances }, () => Math.exp(2 * noise * random.normal()));
  const updatedAt = speeds.map((_, instance) => {
    const batch = batches.find(({ updated }) => instance < updated);
    return batch ? history + batch.look : null;
  });
  return {
    lookSeconds: 30,
    startLook: history,
    buckets,
    instances: updatedAt.map((updatedAtLook, instance) => ({ id: `i-${instance}`, updatedAtLook })),
    looks: Array.from({ length: history + looks }, (_, look) =>
      Object.fromEntries(
        updatedAt.map((updatedAtLook, instance) => {
          const age = updatedAtLook === null ? -1 : look - updatedAtLook;
          const count =
            requests < 5 ? requests : Math.max(0, Math.round(requests + Math.sqrt(requests) * random.normal()));
          const center = median(age, instance, look) * (speeds[instance] ?? 1) * Math.exp(noise * random.normal());
          const counts: number[] = new Array(buckets.length + 1).fill(0);
          let errors = 0;
          for (let request = 0; request < count; request++) {
            const { share, times } = tail?.(age) ?? { share: 0, times: 1 };
            const slower = random.unit() < share ? times : 1;
            const seconds = center * slower * Math.exp(0.6 * random.normal());
            const found = buckets.findIndex(bound => seconds <= bound);
            const at = found < 0 ? buckets.length : found;
            counts[at] = (counts[at] ?? 0) + 1;
            if (random.unit() < (made.errorRatio?.(age, instance, look) ?? 0.002)) errors++;
          }
          return [`i-${instance}`, [count, errors, ...counts]];
        }),
      ),
    ),
  };
}

/** A row of latencies and errors as they are to be expected, without chance. */
export function makeRow(requests: number, errors: number, median: number): number[] {
  let [before, left] = [0, requests];
  const counts = buckets.map(bound => {
    const below = Math.round(requests * normalCdf(Math.log(bound / median) / 0.6));
    const count = below - before;
    before = below;
    left -= count;
    return count;
  });
  return [requests, errors, ...counts, left];
}

/** xorshift32: the same seed makes the same trace everywhere. */
function makeRandom(seed: number) {
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  const unit = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let skip = 0; skip < 10; skip++) unit();
  const normal = () => Math.sqrt(-2 * Math.log(unit() + 1e-12)) * Math.cos(2 * Math.PI * unit());
  return { unit, normal };
}
