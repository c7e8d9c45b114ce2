import { type Estimate, type Evidence, mix } from './evidence.ts';
import { readHistory } from './history.ts';
import { LocationEvidence } from './location-evidence.ts';
import type { JudgePolicy } from './policy.ts';
import type { Shape } from './shape.ts';
import { TailEvidence } from './tail-evidence.ts';
import type { Row } from './trace.ts';
import { Tracker } from './tracker.ts';
import { estimateVariation } from './variation.ts';

/** Very slow are requests above a bucket's bound that at most this share of the past's were above. */
const tailShares = [0.02, 0.002];

/** Latencies of the updated instances, by where they lie and by how long their tail is. */
export class LatencyEvidence implements Evidence {
  readonly #margin: number;
  readonly #tracker: Tracker;
  readonly #location: LocationEvidence;
  readonly #tails: readonly TailEvidence[];

  constructor(buckets: readonly number[], looks: readonly (readonly Row[])[], startLook: number, policy: JudgePolicy) {
    this.#margin = Math.log1p(policy.latency?.maxIncrease ?? 0);
    const history = readHistory(buckets, looks);
    this.#tracker = new Tracker(history, estimateVariation(history), startLook, policy.warmUpLooks);
    this.#location = new LocationEvidence(this.#margin);
    const past = looks.map(rows => this.#tracker.look(rows));
    this.#tails = tailBuckets(history.shape).map(bucket => new TailEvidence(history.shape, bucket, past, this.#margin));
    for (const [look, readings] of past.entries()) {
      if (look < startLook) continue;
      this.#location.look(readings);
      for (const tail of this.#tails) tail.look(readings, look);
    }
  }

  look(rows: readonly Row[], look: number): void {
    const readings = this.#tracker.look(rows);
    this.#location.look(readings);
    for (const tail of this.#tails) tail.look(readings, look);
  }

  logE(instances: number, increase?: number): number {
    const margin = increase === undefined ? undefined : Math.log1p(increase);
    return this.#mix(
      this.#location.logE(instances, margin),
      this.#tails.map(tail => tail.logE(instances, margin)),
    );
  }

  logEOfLess(instances: number, increase: number): number {
    return this.#location.logEOfLess(instances, Math.log1p(increase));
  }

  byInstance(): ReadonlyMap<number, number> {
    const tails = this.#tails.map(tail => tail.byInstance());
    return new Map(
      [...this.#location.byInstance()].map(([instance, log]) => [
        instance,
        this.#mix(
          log,
          tails.map(tail => tail.get(instance) ?? 0),
        ),
      ]),
    );
  }

  estimates(): readonly Estimate[] {
    const tails = this.#tails.flatMap(tail => tail.estimate() ?? []);
    return [
      ...this.#location.estimates(),
      ...tails.map(shift => ({ of: 'slowest' as const, increase: Math.expm1(shift) })),
    ];
  }

  #mix(location: number, tails: readonly number[]): number {
    const weight = 0.25 / Math.max(1, tails.length);
    return mix([{ weight: tails.length > 0 ? 0.75 : 1, log: location }, ...tails.map(log => ({ weight, log }))]);
  }
}

function tailBuckets(shape: Shape): number[] {
  const finite = shape.ridits.map((_, bucket) => bucket).slice(0, -1);
  const chosen = tailShares.flatMap(share => finite.find(bucket => shape.shareAbove(bucket, 0) <= share) ?? []);
  return [...new Set(chosen)];
}
