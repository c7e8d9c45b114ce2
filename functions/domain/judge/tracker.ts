import type { History } from './history.ts';
import {
  advance,
  expectedShift,
  expectedVariance,
  type Level,
  learn,
  newLevel,
  responses,
  update,
  type Variation,
} from './level.ts';
import { profiles } from './profiles.ts';
import { locate, scatter, type Vote } from './robust.ts';
import { locateRank, meanRank, type Rank, scoreFrom } from './score.ts';
import type { Row } from './trace.ts';

/** What one instance's latencies say in one look, next to what was expected of them. */
export interface Reading {
  readonly row: Row;
  /** Where they lie, in log time against the past, as far as one look tells. */
  readonly shift: number;
  /** What was not foreseen, in log time, and its variance without that of what all share. */
  readonly innovation: number;
  readonly variance: number;
  /** Which share of it counts: what is too far off does so only in part. */
  readonly kept: number;
  /** All of it: how much slower, not only that it is. */
  readonly whole: number;
  /** What a fault of each profile, of size one, does to the innovation. */
  readonly effects: readonly number[];
}

export interface LookReadings {
  readonly readings: readonly Reading[];
  /** Of what all share in this look: an error in it is in all innovations alike. */
  readonly sharedVariance: number;
  /** Nobody runs the old version any more. */
  readonly isAlone: boolean;
}

/** What all share has moved by beyond what was foreseen, as the new ones say, and what a fault of each profile does to it. */
interface Moved {
  readonly shift: number;
  readonly effects: readonly number[];
}

interface Expected {
  readonly row: Row;
  readonly rank: Rank;
  readonly level: Level;
  /** Without what all share. */
  readonly expected: number;
}

interface Scored extends Expected {
  readonly innovation: number;
  readonly variance: number;
  /** The part of the variance that comes from counts. */
  readonly ofCounts: number;
}

/** An innovation counts at most as this many standard deviations; alone, most of them is of what all share, and none is by chance. */
const furthest = 3.5;
const furthestAlone = 5;

/** After so many looks an instance's level has taken in what its update did, and tells again what changes for all. */
const settledLooks = 5;

/**
 * Once nobody is left to tell, what all share is held to change by so much from look to look, in log time. It may have changed
 * less just when the last were updated: a change then is more likely to be the version's.
 */
const sharedStepAlone = 0.15;
const caution = 1.25;

/** Innovations are remembered by this much from look to look to tell who is sick, which is so at that many standard deviations. */
const strainMemory = 0.9;
const sickStrain = 4;

/** Follows each instance's level look by look, with what changes for all of them taken out. */
export class Tracker {
  readonly #history: History;
  readonly #variation: Variation;
  readonly #startLook: number;
  readonly #warmUpLooks: number;
  readonly #levels = new Map<number, Level>();
  #look = -1;
  #newcomers = 0;
  #shared = 0;
  #sharedVariance = 1;
  #sharedResponse: number[] = profiles.map(() => 0);
  /** How much the others scatter of late, and how many that comes from. */
  #unrest = { sum: 0, count: 0 };

  constructor(history: History, variation: Variation, startLook: number, warmUpLooks: number) {
    this.#startLook = startLook;
    this.#history = history;
    this.#variation = variation;
    this.#warmUpLooks = warmUpLooks;
  }

  look(rows: readonly Row[]): LookReadings {
    this.#look++;
    for (const level of this.#levels.values()) advance(level, this.#variation);
    const seen = this.#expect(rows.filter(({ age }) => age < 0 || age >= this.#warmUpLooks));
    const others = seen.filter(({ row }) => row.age < 0);
    const isAlone = others.length === 0 && seen.length > 0;
    const isSettled = seen.some(({ row }) => this.#isSettled(row));
    this.#sharedVariance += this.#sharedStep(isAlone, isSettled) ** 2;
    if (others.length > 0) this.#shareOthers(others);
    const scored = seen.map(of => this.#score(of));
    const unrest = this.#unrestOf(scored.filter(({ row }) => row.age < 0));
    const limit = isAlone && !isSettled ? furthestAlone : furthest;
    const readings = scored.map(of => this.#read(of, unrest, limit));
    const sharedVariance = this.#sharedVariance;
    const settled = isSettled ? readings.filter(({ row }) => this.#isSettled(row)) : readings;
    this.#learn(readings, isAlone ? this.#shareAmongNew(settled) : undefined);
    return { readings, sharedVariance, isAlone };
  }

  #isSettled({ age }: Row): boolean {
    return age >= this.#warmUpLooks + settledLooks;
  }

  #sharedStep(isAlone: boolean, isSettled: boolean): number {
    const { sharedStep } = this.#variation;
    if (!isAlone) return sharedStep;
    return isSettled ? Math.max(sharedStepAlone, sharedStep) : caution * sharedStep;
  }

  /** Those that had requests, with where they are expected next to what all share. */
  #expect(rows: readonly Row[]): Expected[] {
    const isFirst = this.#levels.size === 0;
    this.#newcomers += rows.filter(({ age, instance }) => age >= 0 && !this.#levels.has(instance)).length;
    const among = isFirst ? { offset: 0, variance: 1 } : this.#offsetOfOthers(this.#newcomers);
    return rows.flatMap(row => {
      const rank = meanRank(this.#history.shape, row.counts);
      if (!rank) return [];
      const level = this.#levels.get(row.instance) ?? newLevel(among.offset, among.variance, this.#variation);
      this.#levels.set(row.instance, level);
      if (row.age >= 0 && !level.isUpdated) update(level);
      return [{ row, rank, level, expected: expectedShift(level) }];
    });
  }

  #score(of: Expected): Scored {
    const foreseen = of.expected + this.#shared;
    const { shift, variance } = scoreFrom(this.#history.shape, of.rank, foreseen);
    return {
      ...of,
      innovation: shift - foreseen,
      variance: (expectedVariance(of.level) + variance) * ownScatter(of.level),
      ofCounts: variance,
    };
  }

  #read(
    { row, rank, level, expected, innovation, variance, ofCounts }: Scored,
    unrest: number,
    furthest: number,
  ): Reading {
    const foreseen = expected + this.#shared;
    const limit = furthest * Math.sqrt(variance * unrest + this.#sharedVariance);
    const isFar = Math.abs(innovation) > limit;
    // One step of scoring from so far away falls short.
    const whole = isFar ? locateRank(this.#history.shape, rank, foreseen + innovation) - foreseen : innovation;
    return {
      row,
      shift: foreseen + (isFar ? whole : innovation * Math.max(0, 1 - ofCounts / variance)),
      innovation: Math.max(-limit, Math.min(limit, innovation)),
      whole,
      variance: variance * unrest,
      kept: isFar ? Math.min(1, limit / Math.abs(whole)) : 1,
      effects: responses(level, (row.age < 0 ? this.#look - this.#startLook : row.age) - this.#warmUpLooks).map(
        (effect, at) => effect - (this.#sharedResponse[at] ?? 0),
      ),
    };
  }

  /** `moved`: what all share has, by these same readings. */
  #learn(readings: readonly Reading[], moved: Moved | undefined): void {
    for (const { row, innovation, variance, effects, kept } of readings) {
      const level = this.#levels.get(row.instance);
      if (!level) continue;
      // The first two looks find out where it lies at all.
      if (row.age < 0 && level.looks++ >= 2) {
        const z = innovation / Math.sqrt(variance);
        level.excess += Math.min(z * z, 16);
        level.strain = strainMemory * level.strain + Math.sqrt(1 - strainMemory ** 2) * z;
      }
      const rest = effects.map((effect, at) => kept * effect - (moved?.effects[at] ?? 0));
      learn(level, innovation - (moved?.shift ?? 0), variance + this.#sharedVariance, rest);
    }
  }

  /** Where an instance without a past is expected: among those of the old version. `newcomers`: how many have none. */
  #offsetOfOthers(newcomers: number): { offset: number; variance: number } {
    const offsets = [...this.#levels.values()].filter(({ looks }) => looks >= 3).map(({ offset }) => offset);
    const variance = this.#variation.spread ** 2;
    const { value } = locate(offsets.map(value => ({ value, variance })));
    // An error in where those lie is in all newcomers alike: as if each were that much less certain.
    return { offset: value, variance: variance * (1 + newcomers / Math.max(1, offsets.length)) };
  }

  /** What changed for the old version's instances changed for all. Where few are left, what was shared before has a say too. */
  #shareOthers(others: readonly Expected[]): void {
    const voters = withoutSick(others);
    const before: Vote[] = others.length <= 2 ? [{ value: this.#shared, variance: this.#sharedVariance }] : [];
    let located = { value: this.#shared, variance: this.#sharedVariance };
    for (let round = 0; round < 8; round++) {
      const votes = voters.map(({ rank, expected, level }) => {
        const { shift, variance } = scoreFrom(this.#history.shape, rank, expected + located.value);
        return { value: shift - expected, variance: expectedVariance(level) + variance };
      });
      const next = locate([...votes, ...before]);
      const moved = Math.abs(next.value - located.value);
      located = next;
      if (moved < 0.01) break;
    }
    this.#shared = located.value;
    this.#sharedVariance = Math.min(located.variance, 1);
    this.#sharedResponse = profiles.map(() => 0);
  }

  /** Nobody runs the old version any more: what all share can only be guessed from before, and from what the new ones do. */
  #shareAmongNew(readings: readonly Reading[]): Moved {
    const information = readings.reduce((sum, { variance }) => sum + 1 / variance, 0);
    const mean = (of: (reading: Reading) => number) =>
      readings.reduce((sum, reading) => sum + of(reading) / reading.variance, 0) / information;
    const gain = this.#sharedVariance / (this.#sharedVariance + 1 / information);
    const shift = gain * mean(({ innovation }) => innovation);
    const effects = profiles.map((_, at) => gain * mean(({ effects, kept }) => kept * (effects[at] ?? 0)));
    this.#shared += shift;
    this.#sharedVariance *= 1 - gain;
    this.#sharedResponse = this.#sharedResponse.map((response, at) => response + (effects[at] ?? 0));
    return { shift, effects };
  }

  /** What befalls some of the others but not all makes each of them less of a measure. */
  #unrestOf(others: readonly { innovation: number; variance: number }[]): number {
    const { sum, count } = scatter(others.map(({ innovation, variance }) => innovation / Math.sqrt(variance)));
    this.#unrest = { sum: 0.7 * this.#unrest.sum + sum, count: 0.7 * this.#unrest.count + count };
    return beyondChance(this.#unrest.sum, this.#unrest.count, 8);
  }
}

/** Without the worst tenth, one at least, where it is sick. Who is left with few others stays. */
function withoutSick(others: readonly Expected[]): readonly Expected[] {
  if (others.length < 3) return others;
  const worst = others.toSorted((a, b) => Math.abs(b.level.strain) - Math.abs(a.level.strain));
  const sick = worst.slice(0, Math.ceil(others.length / 10)).filter(({ level }) => Math.abs(level.strain) > sickStrain);
  return others.filter(of => !sick.includes(of));
}

function ownScatter({ excess, looks }: Level): number {
  return beyondChance(excess, Math.max(0, looks - 2), 20);
}

/** A mean of squares that should be 1, with the weight of `doubt` more that are, where it is higher than chance makes it. */
function beyondChance(sum: number, count: number, doubt: number): number {
  const mean = (doubt + sum) / (doubt + count);
  return mean > 1 + Math.sqrt(2 * count) / (doubt + count) ? mean : 1;
}
