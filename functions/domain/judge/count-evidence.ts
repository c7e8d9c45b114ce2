import type { CommonRate } from './common-rate.ts';
import type { CountModel, CountRow } from './counts.ts';
import { combine, mix } from './evidence.ts';

/** The updated instances' counts of one look, and what the others' say of it. */
export interface CountLook {
  readonly rows: readonly CountRow[];
  readonly common: CommonRate;
  /** How far this look is to be believed, 0 to 1. */
  readonly weight: number;
}

/** What a good version may have: an expected count for what the old version's would be. */
export type Allowance = (expected: number, row: CountRow) => number;

/** A fault multiplies counts by so much, from that look after the warm-up on. */
const alternatives = [1.5, 3, 8, 30, 150].flatMap(times => [
  { times, from: 0, weight: 0.1 },
  { times, from: 3, weight: 0.05 },
  { times, from: 8, weight: 0.05 },
]);
const fewer = [0.7, 0.4, 0.15].map(times => ({ times, from: 0, weight: 1 / 3 }));

interface Account {
  looks: number;
  /** Counts, the past's included. */
  seen: number;
  /** For no fault, then for each alternative, what was expected. */
  readonly expected: number[];
  readonly logs: number[];
}

/** Collects what tells of more errors, or of more very slow requests. */
export class CountEvidence {
  readonly #model: CountModel;
  readonly #allow: Allowance;
  readonly #alternatives: readonly { times: number; from: number; weight: number }[];
  readonly #all: number[];
  readonly #each = new Map<number, Account>();

  constructor(model: CountModel, allow: Allowance, direction: 'more' | 'fewer' = 'more') {
    this.#model = model;
    this.#allow = allow;
    this.#alternatives = direction === 'more' ? alternatives : fewer;
    this.#all = this.#alternatives.map(() => 0);
  }

  look({ rows, common, weight }: CountLook): void {
    const trust = weight / this.#model.lastsLooks;
    let [count, good, own] = [0, 0, 0];
    const bad = this.#alternatives.map(() => 0);
    for (const row of rows) {
      const account = this.#accountOf(row.instance);
      const usual = row.exposure * this.#model.rate * common.factor;
      const expected = this.#allow((usual * account.seen) / (account.expected[0] ?? 1), row);
      const variance = common.betweenLooks + 1 / account.seen;
      const shape = 1 / (variance + common.variance);
      const inflation = 1 + expected * common.betweenLooks * this.#model.lastsLooks;
      count += row.count;
      good += expected;
      own += variance * expected * expected;
      account.expected[0] =
        (account.expected[0] ?? 1) + (expected * (account.expected[0] ?? 1)) / account.seen / inflation;
      for (let at = 0; at < this.#alternatives.length; at++) {
        const { times, from } = this.#alternatives[at] ?? { times: 1, from: 0 };
        const before = account.expected[at + 1] ?? 1;
        const alternative = this.#allow((usual * account.seen) / before, row) * (account.looks >= from ? times : 1);
        bad[at] = (bad[at] ?? 0) + alternative;
        account.logs[at] = (account.logs[at] ?? 0) + trust * logRatio(row.count, alternative, expected, shape);
        account.expected[at + 1] = before + (alternative * before) / account.seen / inflation;
      }
      account.seen += row.count / inflation;
      account.looks++;
    }
    if (good <= 0) return;
    const shape = 1 / (own / (good * good) + common.variance);
    for (const [at, expected] of bad.entries()) {
      this.#all[at] = (this.#all[at] ?? 0) + trust * logRatio(count, expected, good, shape);
    }
  }

  logE(instances: number): number {
    return combine(
      this.#mean(this.#all),
      [...this.#each.values()].map(({ logs }) => this.#mean(logs)),
      instances,
    );
  }

  byInstance(): ReadonlyMap<number, number> {
    return new Map([...this.#each].map(([instance, { logs }]) => [instance, this.#mean(logs)]));
  }

  #mean(logs: readonly number[]): number {
    return mix(this.#alternatives.map(({ weight }, at) => ({ weight, log: logs[at] ?? 0 })));
  }

  #accountOf(instance: number): Account {
    const known = this.#each.get(instance);
    if (known) return known;
    const shape = 1 / this.#model.betweenInstances;
    const { seen, expected } = this.#model.factors.get(instance) ?? { seen: shape, expected: shape };
    const account: Account = {
      looks: 0,
      seen,
      expected: [expected, ...this.#alternatives.map(() => expected)],
      logs: this.#alternatives.map(() => 0),
    };
    this.#each.set(instance, account);
    return account;
  }
}

/** No look alone says more than this, as a logarithm: a burst is over as soon as it came. */
const mostOfOneLook = 3.5;

/** Of two negative binomial distributions of the same shape. */
function logRatio(count: number, alternative: number, expected: number, shape: number): number {
  if (expected <= 0) return 0;
  const ratio = Math.log((shape + expected) / (shape + alternative));
  if (count === 0) return shape * ratio;
  return Math.min(mostOfOneLook, count * Math.log(alternative / expected) + (count + shape) * ratio);
}
