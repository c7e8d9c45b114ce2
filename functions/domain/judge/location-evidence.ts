import { combine, type Estimate, excuse, mix, strongest } from './evidence.ts';
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

type Sizes = readonly { readonly size: number; readonly weight: number }[];

/** How much worse than the margin a fault may be, in log time. The larger it is, the less weight it needs to be seen. */
const sizesOfAll: Sizes = [
  { size: 0.075, weight: 0.28 },
  { size: 0.15, weight: 0.32 },
  { size: 0.3, weight: 0.18 },
  { size: 0.6, weight: 0.13 },
  { size: 1.2, weight: 0.09 },
];
const sizesOfOne: Sizes = [
  { size: 0.2, weight: 0.5 },
  { size: 0.5, weight: 0.3 },
  { size: 1.2, weight: 0.2 },
];

/** Collects what tells of slower latencies: their location. */
export class LocationEvidence {
  readonly #margin: number;
  readonly #looks: LookReadings[] = [];
  readonly #all = newTally();
  readonly #each = new Map<number, Tally>();
  /** Those not yet updated, as if they had been when the release began. */
  readonly #others = new Map<number, Tally>();

  /** In log time. */
  constructor(margin: number) {
    this.#margin = margin;
  }

  look(look: LookReadings): void {
    const { readings, sharedVariance, isAlone } = look;
    // Alone, nobody shows what befalls some of them without a fault of the version.
    if (!isAlone) for (const reading of readings) this.#addOne(reading, sharedVariance);
    const updated = readings.filter(({ row }) => row.age >= 0);
    if (updated.length === 0) return;
    this.#looks.push({ ...look, readings: updated });
    // An error in what all share is in each innovation alike: the inverse of a diagonal matrix and a constant one.
    const information = updated.reduce((sum, { variance }) => sum + 1 / variance, 0);
    const mean = (of: (reading: (typeof updated)[number]) => number) =>
      updated.reduce((sum, reading) => sum + of(reading) / reading.variance, 0) / information;
    const meanInnovation = mean(reading => this.#counted(reading));
    const meanWhole = mean(({ whole }) => whole);
    const meanEffects = profiles.map((_, at) => mean(({ effects }) => effects[at] ?? 0));
    const doubt = (information * information * sharedVariance) / (1 + information * sharedVariance);
    for (const reading of updated)
      add(this.#all, this.#counted(reading), reading.whole, reading.effects, 1 / reading.variance);
    add(this.#all, meanInnovation, meanWhole, meanEffects, -doubt);
  }

  /** An innovation as it counts: what is further off than a shift by the margin would be does so only in part. */
  #counted({ whole, limit, effects }: Reading): number {
    const [lasting = 0] = effects;
    return Math.max(-limit, Math.min(limit + Math.max(0, lasting * this.#margin), whole));
  }

  #addOne(reading: Reading, sharedVariance: number): void {
    const { row, whole, variance, effects } = reading;
    const tallies = row.age < 0 ? this.#others : this.#each;
    const tally = tallies.get(row.instance) ?? newTally();
    tallies.set(row.instance, tally);
    add(tally, this.#counted(reading), whole, effects, 1 / (variance + sharedVariance));
  }

  /** Against a version that is slower by `margin` in log time at most. */
  logE(instances: number, margin: number = this.#margin): number {
    const evidence = margin === this.#margin ? this : this.#replay(margin);
    return evidence.#weigh(instances, margin, 1) - this.#pardon(this.#margin, 1);
  }

  /** Against a version that is faster than that, or slower by more. */
  logEOfLess(instances: number, margin: number): number {
    return this.#weigh(instances, margin, -1) - this.#pardon(0, -1);
  }

  #replay(margin: number): LocationEvidence {
    const evidence = new LocationEvidence(margin);
    for (const look of this.#looks) evidence.look(look);
    return evidence;
  }

  #weigh(instances: number, margin: number, sign: 1 | -1): number {
    const likely = sizeOf(this.#all, 0) ?? 0;
    const each = [...this.#each.values()].map(tally => logE(tally, margin, likely, sizesOfOne, sign));
    return combine(logE(this.#all, margin, likely, sizesOfAll, sign), each, instances);
  }

  #pardon(margin: number, sign: 1 | -1): number {
    return excuse([...this.#others.values()].map(tally => logE(tally, margin, 0, sizesOfOne, sign)));
  }

  /** How much slower they most likely are if that lasts, and if it developed as is likeliest: all, then the one that tells most. */
  estimates(): readonly Estimate[] {
    const one = this.#each.get(strongest(this.byInstance()) ?? -1);
    return [
      ...this.#estimate('all', this.#all, sizesOfAll),
      ...(one ? this.#estimate('instance', one, sizesOfOne) : []),
    ];
  }

  #estimate(of: Estimate['of'], tally: Tally, sizes: Sizes): Estimate[] {
    return [0, this.#likeliest(tally, sizes)].flatMap(profile => {
      const size = sizeOf(tally, profile);
      return size === undefined ? [] : [{ of, increase: Math.expm1(size) }];
    });
  }

  /** The profile of a fault that tells most. */
  #likeliest(tally: Tally, sizes: Sizes): number {
    const logs = profiles.map(({ weight }, at) => Math.log(weight) + logOf(tally, at, this.#margin, 0, sizes, 1));
    return logs.indexOf(Math.max(...logs));
  }

  byInstance(): ReadonlyMap<number, number> {
    const likely = sizeOf(this.#all, 0) ?? 0;
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

/** Of a fault of that profile, in log time. */
function sizeOf({ whole, power }: Tally, profile: number): number | undefined {
  const [sum = 0, weight = 0] = [whole[profile], power[profile]];
  return weight > 0 ? sum / weight : undefined;
}

/** The likelihood ratio of normal innovations, averaged over profiles and sizes. */
function logE(tally: Tally, margin: number, likely: number, sizes: Sizes, sign: 1 | -1): number {
  return mix(profiles.map(({ weight }, at) => ({ weight, log: logOf(tally, at, margin, likely, sizes, sign) })));
}

/**
 * For a fault of one profile. A good version may have any shift up to the margin, lasting or of that same profile: what makes a
 * fault most likely is the margin itself, unless the lasting shift is seen in reverse, as it is once those updated before became
 * the measure; then it is the one that is `likely`.
 */
function logOf(tally: Tally, at: number, margin: number, likely: number, sizes: Sizes, sign: 1 | -1): number {
  const [power = 0, alike = 0] = [tally.power[at], tally.alike[at]];
  const along = (sign > 0 ? tally.along[at] : tally.whole[at]) ?? 0;
  const lasting = (alike > 0 ? margin : sign * Math.min(0, sign * likely)) * alike;
  const beyond = sign * along - Math.max(sign * lasting, sign * margin > 0 ? sign * margin * power : -Infinity);
  return mix(sizes.map(({ size, weight }) => ({ weight, log: size * beyond - (size * size * power) / 2 })));
}
