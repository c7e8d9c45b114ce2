import type { History } from './history.ts';
import {
  advance,
  expectedShift,
  expectedVariance,
  type Level,
  learn,
  newLevel,
  responses,
  type Variation,
} from './level.ts';
import { profiles } from './profiles.ts';
import { locate, median, scatter, type Vote } from './robust.ts';
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

/** An innovation counts at most as this many standard deviations. */
const furthest = 3.5;

/** After so many looks an instance's level has taken in what its update did, and tells again what changes for all. */
const settledLooks = 5;

/** Follows each instance's level look by look, with what changes for all of them taken out. */
export class Tracker {
  readonly #history: History;
  readonly #variation: Variation;
  readonly #warmUpLooks: number;
  readonly #levels = new Map<number, Level>();
  #shared = 0;
  #sharedVariance = 1;
  #sharedResponse: number[] = profiles.map(() => 0);
  /** How much the others scatter of late, and how many that comes from. */
  #unrest = { sum: 0, count: 0 };

  constructor(history: History, variation: Variation, warmUpLooks: number) {
    this.#history = history;
    this.#variation = variation;
    this.#warmUpLooks = warmUpLooks;
  }

  look(rows: readonly Row[]): LookReadings {
    for (const level of this.#levels.values()) advance(level, this.#variation);
    this.#sharedVariance += this.#variation.sharedStep ** 2;
    const seen = this.#expect(rows.filter(({ age }) => age < 0 || age >= this.#warmUpLooks));
    const others = seen.filter(({ row }) => row.age < 0);
    if (others.length > 0) this.#shareOthers(others);
    const scored = seen.map(of => this.#score(of));
    const unrest = this.#unrestOf(scored.filter(({ row }) => row.age < 0));
    const readings = scored.map(of => this.#read(of, unrest));
    const sharedVariance = this.#sharedVariance;
    const settled = readings.filter(({ row }) => row.age >= this.#warmUpLooks + settledLooks);
    this.#learn(readings, others.length > 0 || settled.length === 0 ? undefined : this.#shareAmongNew(settled));
    return { readings, sharedVariance };
  }

  /** Those that had requests, with where they are expected next to what all share. */
  #expect(rows: readonly Row[]): Expected[] {
    const isFirst = this.#levels.size === 0;
    const among = isFirst ? { offset: 0, variance: 1 } : this.#offsetOfOthers();
    return rows.flatMap(row => {
      const rank = meanRank(this.#history.shape, row.counts);
      if (!rank) return [];
      const level = this.#levels.get(row.instance) ?? newLevel(among.offset, among.variance, this.#variation);
      this.#levels.set(row.instance, level);
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

  #read({ row, rank, level, expected, innovation, variance, ofCounts }: Scored, unrest: number): Reading {
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
      effects: responses(level, row.age - this.#warmUpLooks).map(
        (effect, at) => effect - (this.#sharedResponse[at] ?? 0),
      ),
    };
  }

  /** `moved`: what all share has, by these same readings. */
  #learn(readings: readonly Reading[], moved: { shift: number; effects: readonly number[] } | undefined): void {
    for (const { row, innovation, variance, effects, kept } of readings) {
      const level = this.#levels.get(row.instance);
      if (!level) continue;
      // The first two looks find out where it lies at all.
      if (row.age < 0 && level.looks++ >= 2) level.excess += Math.min((innovation * innovation) / variance, 16);
      const rest = effects.map((effect, at) => kept * effect - (moved?.effects[at] ?? 0));
      learn(level, innovation - (moved?.shift ?? 0), variance + this.#sharedVariance, rest);
    }
  }

  /** Where an instance without a past is expected: among the others. */
  #offsetOfOthers(): { offset: number; variance: number } {
    const offsets = [...this.#levels.values()].map(({ offset }) => offset);
    const { spread } = this.#variation;
    return { offset: median(offsets), variance: spread * spread * (1 + 1.5 / Math.max(1, offsets.length)) };
  }

  /** What changed for the old version's instances changed for all. Where few are left, what was shared before has a say too. */
  #shareOthers(others: readonly { rank: { mean: number; count: number }; expected: number; level: Level }[]): void {
    const before: Vote[] = others.length <= 2 ? [{ value: this.#shared, variance: this.#sharedVariance }] : [];
    let located = { value: this.#shared, variance: this.#sharedVariance };
    for (let round = 0; round < 8; round++) {
      const votes = others.map(({ rank, expected, level }) => {
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
  #shareAmongNew(readings: readonly Reading[]): { shift: number; effects: readonly number[] } {
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

function ownScatter({ excess, looks }: Level): number {
  return beyondChance(excess, Math.max(0, looks - 2), 20);
}

/** A mean of squares that should be 1, with the weight of `doubt` more that are, where it is higher than chance makes it. */
function beyondChance(sum: number, count: number, doubt: number): number {
  const mean = (doubt + sum) / (doubt + count);
  return mean > 1 + Math.sqrt(2 * count) / (doubt + count) ? mean : 1;
}
