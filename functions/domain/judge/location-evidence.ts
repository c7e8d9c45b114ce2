import { combine, excuse, mix } from './evidence.ts';
import { profiles } from './profiles.ts';
import type { LookReadings, Reading } from './reading.ts';

/** What innovations say of a fault of each profile: how much they move along with it, and how much they could. */
interface Tally {
  readonly along: number[];
  /** The same with all that is far off, which says how large a fault is, not whether it is one. */
  readonly whole: number[];
  readonly power: number[];
  /** How a lasting shift, as the margin allows it, looks like a fault of this profile. */
  readonly alike: number[];
}

/** How much worse than the margin a fault may be, in log time. The larger it is, the less weight it needs to be seen. */
const sizesOfAll = [
  { size: 0.07, weight: 0.3 },
  { size: 0.15, weight: 0.35 },
  { size: 0.35, weight: 0.2 },
  { size: 1, weight: 0.15 },
];
const sizesOfOne = [
  { size: 0.2, weight: 0.5 },
  { size: 0.5, weight: 0.3 },
  { size: 1.2, weight: 0.2 },
];

/** Collects what tells of slower latencies: their location. */
export class LocationEvidence {
  readonly #margin: number;
  readonly #all = newTally();
  readonly #each = new Map<number, Tally>();
  /** Those not yet updated, as if they had been when the release began. */
  readonly #others = new Map<number, Tally>();

  /** In log time. */
  constructor(margin: number) {
    this.#margin = margin;
  }

  look({ readings, sharedVariance, isAlone }: LookReadings): void {
    // Alone, nobody shows what befalls some of them without a fault of the version.
    if (!isAlone) for (const reading of readings) this.#addOne(reading, sharedVariance);
    const updated = readings.filter(({ row }) => row.age >= 0);
    if (updated.length === 0) return;
    // An error in what all share is in each innovation alike: the inverse of a diagonal matrix and a constant one.
    const information = updated.reduce((sum, { variance }) => sum + 1 / variance, 0);
    const mean = (of: (reading: (typeof updated)[number]) => number) =>
      updated.reduce((sum, reading) => sum + of(reading) / reading.variance, 0) / information;
    const meanInnovation = mean(({ innovation }) => innovation);
    const meanWhole = mean(({ whole }) => whole);
    const meanEffects = profiles.map((_, at) => mean(({ effects }) => effects[at] ?? 0));
    const doubt = (information * information * sharedVariance) / (1 + information * sharedVariance);
    for (const { innovation, whole, variance, effects } of updated)
      add(this.#all, innovation, whole, effects, 1 / variance);
    add(this.#all, meanInnovation, meanWhole, meanEffects, -doubt);
  }

  #addOne({ row, innovation, whole, variance, effects }: Reading, sharedVariance: number): void {
    const tallies = row.age < 0 ? this.#others : this.#each;
    const tally = tallies.get(row.instance) ?? newTally();
    tallies.set(row.instance, tally);
    add(tally, innovation, whole, effects, 1 / (variance + sharedVariance));
  }

  /** Against a version that is slower by `margin` in log time at most. `sign` -1: that it is faster than that. */
  logE(instances: number, margin: number = this.#margin, sign: 1 | -1 = 1): number {
    const likely = this.estimate() ?? 0;
    const each = [...this.#each.values()].map(tally => logE(tally, margin, likely, sizesOfOne, sign));
    const others = [...this.#others.values()].map(tally =>
      logE(tally, sign > 0 ? this.#margin : 0, 0, sizesOfOne, sign),
    );
    return combine(logE(this.#all, margin, likely, sizesOfAll, sign), each, instances) - excuse(others);
  }

  /** How much slower it most likely is, in log time. */
  estimate(): number | undefined {
    const [whole = 0, power = 0] = [this.#all.whole[0], this.#all.power[0]];
    return power > 0 ? whole / power : undefined;
  }

  byInstance(): ReadonlyMap<number, number> {
    const likely = this.estimate() ?? 0;
    return new Map(
      [...this.#each].map(([instance, tally]) => [instance, logE(tally, this.#margin, likely, sizesOfOne, 1)]),
    );
  }
}

function newTally(): Tally {
  return {
    along: profiles.map(() => 0),
    whole: profiles.map(() => 0),
    power: profiles.map(() => 0),
    alike: profiles.map(() => 0),
  };
}

function add(tally: Tally, innovation: number, whole: number, effects: readonly number[], weight: number): void {
  const lasting = effects[0] ?? 0;
  for (const [at, effect] of effects.entries()) {
    tally.along[at] = (tally.along[at] ?? 0) + weight * effect * innovation;
    tally.whole[at] = (tally.whole[at] ?? 0) + weight * effect * whole;
    tally.power[at] = (tally.power[at] ?? 0) + weight * effect * effect;
    tally.alike[at] = (tally.alike[at] ?? 0) + weight * effect * lasting;
  }
}

/**
 * The likelihood ratio of normal innovations, averaged over profiles and sizes. A good version may have any shift up to the
 * margin. The margin itself is what makes a fault most likely, unless the lasting shift is seen in reverse, as it is once those
 * updated before became the measure: then it is the one that is `likely`.
 */
function logE(tally: Tally, margin: number, likely: number, sizes: typeof sizesOfAll, sign: 1 | -1): number {
  return mix(
    profiles.map(({ weight }, at) => {
      const [power = 0, alike = 0] = [tally.power[at], tally.alike[at]];
      const along = (sign > 0 ? tally.along[at] : tally.whole[at]) ?? 0;
      const allowed = alike > 0 ? margin : sign * Math.min(0, sign * likely);
      const beyond = sign * (along - allowed * alike);
      return {
        weight,
        log: mix(sizes.map(({ size, weight }) => ({ weight, log: size * beyond - (size * size * power) / 2 }))),
      };
    }),
  );
}
