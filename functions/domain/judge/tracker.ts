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
import type { Expected, LookReadings, Reading } from './reading.ts';
import { locate, scatter } from './robust.ts';
import { locateRank, meanRank, scoreFrom } from './score.ts';
import { type Moved, SharedShift } from './shared-shift.ts';
import type { Row } from './trace.ts';

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

/** Innovations are remembered by this much from look to look, to tell who is sick. */
const strainMemory = 0.9;

/** Follows each instance's level look by look, with what changes for all of them taken out. */
export class Tracker {
  readonly #history: History;
  readonly #variation: Variation;
  readonly #startLook: number;
  readonly #warmUpLooks: number;
  readonly #levels = new Map<number, Level>();
  #look = -1;
  #newcomers = 0;
  readonly #shared: SharedShift;
  /** How much the others scatter of late, and how many that comes from. */
  #unrest = { sum: 0, count: 0 };

  constructor(history: History, variation: Variation, startLook: number, warmUpLooks: number) {
    this.#startLook = startLook;
    this.#history = history;
    this.#variation = variation;
    this.#warmUpLooks = warmUpLooks;
    this.#shared = new SharedShift(history.shape, variation.sharedStep);
  }

  look(rows: readonly Row[]): LookReadings {
    this.#look++;
    for (const level of this.#levels.values()) advance(level, this.#variation);
    const seen = this.#expect(rows.filter(({ age }) => age < 0 || age >= this.#warmUpLooks));
    const others = seen.filter(({ row }) => row.age < 0);
    const isAlone = others.length === 0 && seen.length > 0;
    const isSettled = seen.some(({ row }) => this.#isSettled(row));
    this.#shared.advance(isAlone, isSettled);
    if (others.length > 0) this.#shared.seeOthers(others);
    const scored = seen.map(of => this.#score(of));
    const unrest = this.#unrestOf(scored.filter(({ row }) => row.age < 0));
    const limit = isAlone && !isSettled ? furthestAlone : furthest;
    const readings = scored.map(of => this.#read(of, unrest, limit));
    const sharedVariance = this.#shared.variance;
    const settled = isSettled ? readings.filter(({ row }) => this.#isSettled(row)) : readings;
    this.#learn(readings, isAlone ? this.#shared.seeNew(settled) : undefined);
    return { readings, sharedVariance, isAlone };
  }

  #isSettled({ age }: Row): boolean {
    return age >= this.#warmUpLooks + settledLooks;
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
    const foreseen = of.expected + this.#shared.shift;
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
    const foreseen = expected + this.#shared.shift;
    const limit = furthest * Math.sqrt(variance * unrest + this.#shared.variance);
    const isFar = Math.abs(innovation) > limit;
    // One step of scoring from so far away falls short.
    const whole = isFar ? locateRank(this.#history.shape, rank, foreseen + innovation) - foreseen : innovation;
    return {
      row,
      shift: foreseen + (isFar ? whole : innovation * Math.max(0, 1 - ofCounts / variance)),
      innovation: Math.max(-limit, Math.min(limit, innovation)),
      whole,
      limit,
      variance: variance * unrest,
      kept: isFar ? Math.min(1, limit / Math.abs(whole)) : 1,
      effects: responses(level, (row.age < 0 ? this.#look - this.#startLook : row.age) - this.#warmUpLooks).map(
        (effect, at) => effect - (this.#shared.response[at] ?? 0),
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
      learn(level, innovation - (moved?.shift ?? 0), variance + this.#shared.variance, rest);
    }
  }

  /** Where an instance without a past is expected: among those of the old version. `newcomers`: how many have none. */
  #offsetOfOthers(newcomers: number): { offset: number; variance: number } {
    const spread = this.#variation.spread ** 2;
    const known = [...this.#levels.values()].filter(({ looks }) => looks > 0);
    const old = known.filter(({ isUpdated }) => !isUpdated);
    const votes = (old.length > 0 ? old : known).map(({ offset, varOffset }) => ({
      value: offset,
      variance: spread + varOffset,
    }));
    const { value, variance } = locate(votes);
    // An error in where those lie is in all newcomers alike: as if each were that much less certain.
    return { offset: value, variance: spread + newcomers * Math.min(variance, spread) };
  }

  /** What befalls some of the others but not all makes each of them less of a measure. */
  #unrestOf(others: readonly { innovation: number; variance: number }[]): number {
    const { sum, count } = scatter(others.map(({ innovation, variance }) => innovation / Math.sqrt(variance)));
    this.#unrest = { sum: 0.7 * this.#unrest.sum + sum, count: 0.7 * this.#unrest.count + count };
    return beyondChance(this.#unrest.sum, this.#unrest.count, 8);
  }
}

function ownScatter({ excess, looks }: Level): number {
  return beyondChance(excess, Math.max(0, looks - 2), 20);
}

/** A mean of squares that should be 1, with the weight of `doubt` more that are, where it is higher than chance makes it. */
function beyondChance(sum: number, count: number, doubt: number): number {
  const mean = (doubt + sum) / (doubt + count);
  return mean > 1 + Math.sqrt(2 * count) / (doubt + count) ? mean : 1;
}
