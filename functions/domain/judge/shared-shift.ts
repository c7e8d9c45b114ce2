import { expectedVariance } from './level.ts';
import { profiles } from './profiles.ts';
import type { Expected, Reading } from './reading.ts';
import { locate, type Vote } from './robust.ts';
import { scoreFrom } from './score.ts';
import type { Shape } from './shape.ts';

/** What all share has moved by beyond what was foreseen, as the new ones say, and what a fault of each profile does to it. */
export interface Moved {
  readonly shift: number;
  readonly effects: readonly number[];
}

/**
 * Once nobody is left to tell, what all share is held to change by so much from look to look, in log time. It may have changed
 * less just when the last were updated: a change then is more likely to be the version's.
 */
const sharedStepAlone = 0.15;
const caution = 1.25;

/** Who is so many standard deviations off of late is sick. */
const sickStrain = 4;

/** What changes for all instances alike, in log time against the past. */
export class SharedShift {
  readonly #shape: Shape;
  readonly #step: number;
  #shift = 0;
  #variance = 0;
  #isFirst = true;
  #response: number[] = profiles.map(() => 0);

  /** `step`: standard deviation of its change from look to look. */
  constructor(shape: Shape, step: number) {
    this.#shape = shape;
    this.#step = step;
  }

  get shift(): number {
    return this.#shift;
  }

  get variance(): number {
    return this.#variance;
  }

  /** What a fault of each profile would have made it believed to be. */
  get response(): readonly number[] {
    return this.#response;
  }

  /** A look goes by. */
  advance(isAlone: boolean, isSettled: boolean): void {
    const alone = isSettled ? Math.max(sharedStepAlone, this.#step) : caution * this.#step;
    this.#variance += (isAlone ? alone : this.#step) ** 2;
  }

  /** What changed for the old version's instances changed for all. Where few are left, what was shared before has a say too. */
  seeOthers(others: readonly Expected[]): void {
    // What is shared in the first look is what all that comes is measured against.
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#variance = 0;
      return;
    }
    const voters = withoutSick(others);
    const before: Vote[] = others.length <= 2 ? [{ value: this.#shift, variance: this.#variance }] : [];
    let located = { value: this.#shift, variance: this.#variance };
    for (let round = 0; round < 8; round++) {
      const votes = voters.map(({ rank, expected, level }) => {
        const { shift, variance } = scoreFrom(this.#shape, rank, expected + located.value);
        return { value: shift - expected, variance: expectedVariance(level) + variance };
      });
      const next = locate([...votes, ...before]);
      const moved = Math.abs(next.value - located.value);
      located = next;
      if (moved < 0.01) break;
    }
    this.#shift = located.value;
    this.#variance = Math.min(located.variance, 1);
    this.#response = profiles.map(() => 0);
  }

  /** Nobody runs the old version any more: what all share can only be guessed from before, and from what the new ones do. */
  seeNew(readings: readonly Reading[]): Moved {
    const information = readings.reduce((sum, { variance }) => sum + 1 / variance, 0);
    const mean = (of: (reading: Reading) => number) =>
      readings.reduce((sum, reading) => sum + of(reading) / reading.variance, 0) / information;
    const gain = this.#variance / (this.#variance + 1 / information);
    const shift = gain * mean(({ innovation }) => innovation);
    const effects = profiles.map((_, at) => gain * mean(({ effects, kept }) => kept * (effects[at] ?? 0)));
    this.#shift += shift;
    this.#variance *= 1 - gain;
    this.#response = this.#response.map((response, at) => response + (effects[at] ?? 0));
    return { shift, effects };
  }
}

/** Without the worst tenth, one at least, where it is sick. Who is left with few others stays. */
function withoutSick(others: readonly Expected[]): readonly Expected[] {
  if (others.length < 3) return others;
  const worst = others.toSorted((a, b) => Math.abs(b.level.strain) - Math.abs(a.level.strain));
  const sick = worst.slice(0, Math.ceil(others.length / 10)).filter(({ level }) => Math.abs(level.strain) > sickStrain);
  return others.filter(of => !sick.includes(of));
}
