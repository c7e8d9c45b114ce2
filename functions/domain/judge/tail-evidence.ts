import { compareCounts, usualCount } from './compare-counts.ts';
import { type Allowance, CountEvidence, type CountLook } from './count-evidence.ts';
import { type CountModel, type CountRow, fitCounts } from './counts.ts';
import type { LookReadings, Reading } from './reading.ts';
import type { Shape } from './shape.ts';

/** What a tail may grow by without being a fault: shapes differ a little. */
const slack = { times: 1.3, share: 0.002 };
/** Before anything was seen: as many as the shape lets expect. */
const prior = { seen: 5, expected: 5 };

/** In log time: no slowdown is looked for beyond. */
const furthest = 7;

interface TailLook extends CountLook {
  /** Where the latencies lie, by instance. */
  readonly shifts: ReadonlyMap<number, number>;
}

/**
 * Requests that are very slow next to where the latencies of their look lie: what is slower as a whole, by the version or by
 * what befalls all, has no longer tail for that.
 */
export class TailEvidence {
  readonly #shape: Shape;
  readonly #bucket: number;
  readonly #model: CountModel;
  readonly #looks: TailLook[] = [];
  readonly #margin: number;
  readonly #evidence: CountEvidence;

  /** Above the upper bound of this bucket a request is very slow. `margin` is in log time. */
  constructor(shape: Shape, bucket: number, past: readonly LookReadings[], margin: number) {
    this.#shape = shape;
    this.#bucket = bucket;
    this.#margin = margin;
    const rows = past.flatMap(({ readings }, look) =>
      readings.filter(({ row }) => row.age < 0).map(reading => this.#toCountRow(reading, look)),
    );
    this.#model = fitCounts(rows, prior);
    this.#evidence = new CountEvidence(this.#model, allow);
  }

  look({ readings }: LookReadings, look: number): void {
    const counts = compareCounts(
      readings.map(reading => this.#toCountRow(reading, look)),
      this.#model,
    );
    const tail = { ...counts, shifts: new Map(readings.map(({ row, shift }) => [row.instance, shift])) };
    this.#looks.push({ ...tail, others: [] });
    this.#evidence.look(this.#allowFor(tail, this.#margin));
  }

  logE(instances: number, margin?: number): number {
    if (margin === undefined) return this.#evidence.logE(instances);
    const evidence = new CountEvidence(this.#model, allow);
    for (const look of this.#looks) evidence.look(this.#allowFor(look, margin));
    return evidence.logE(instances, this.#evidence.pardon());
  }

  byInstance(): ReadonlyMap<number, number> {
    return this.#evidence.byInstance();
  }

  /** How much slower, in log time, all would have to be for as many to be very slow as are; undefined: nothing was seen. */
  estimate(): number | undefined {
    const seen = this.#looks.reduce((sum, { rows }) => sum + rows.reduce((all, { count }) => all + count, 0), 0);
    let [low, high] = [0, furthest];
    if (this.#expectedIf(low) === 0) return undefined;
    for (let round = 0; round < 12; round++) {
      const middle = (low + high) / 2;
      if (this.#expectedIf(middle) < seen) low = middle;
      else high = middle;
    }
    return low;
  }

  /** How many very slow ones a version may have that is slower by `margin`. */
  #expectedIf(margin: number): number {
    let sum = 0;
    for (const look of this.#looks) {
      const { rows, common } = this.#allowFor(look, margin);
      for (const row of rows) sum += allow(usualCount(row, common, this.#model), row);
    }
    return sum;
  }

  /** The same look, as it would be expected if all were slower by the margin. */
  #allowFor(look: TailLook, margin: number): CountLook {
    const allow = (row: CountRow) => {
      const shift = (look.shifts.get(row.instance) ?? 0) + margin;
      return { ...row, exposure: row.requests * this.#shape.shareAbove(this.#bucket, shift) };
    };
    return { ...look, rows: look.rows.map(allow), others: look.others.map(allow) };
  }

  #toCountRow({ row, shift }: Reading, look: number): CountRow {
    const { instance, age, counts } = row;
    const requests = counts.reduce((sum, count) => sum + count, 0);
    const count = counts.slice(this.#bucket + 1).reduce((sum, of) => sum + of, 0);
    const exposure = requests * this.#shape.shareAbove(this.#bucket, shift);
    return { instance, look, isNew: age >= 0, count, requests, exposure };
  }
}

const allow: Allowance = (expected, { requests }) => slack.times * expected + slack.share * requests;
