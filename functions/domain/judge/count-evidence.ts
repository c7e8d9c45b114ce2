import type { CommonRate } from './common-rate.ts';
import type { CountModel, CountRow } from './counts.ts';
import { combine, excuse, mix } from './evidence.ts';

/** The updated instances' counts of one look, and what the others' say of it. */
export interface CountLook {
  readonly rows: readonly CountRow[];
  readonly others: readonly CountRow[];
  readonly common: CommonRate;
  /** Nobody runs the old version any more. */
  readonly isAlone: boolean;
}

/** What a good version may have: an expected count for what the old version's would be. */
export type Allowance = (expected: number, row: CountRow) => number;

/** A fault multiplies counts by so much, from that look after the warm-up on. */
const alternatives = [
  ...[1.5, 3, 8, 30, 150].map(times => ({ times, from: 0, weight: 0.12 })),
  ...[2, 6, 40].map(times => ({ times, from: 4, weight: 0.08 })),
  ...[2, 6].map(times => ({ times, from: 10, weight: 0.08 })),
];
const fewer = [0.7, 0.4, 0.15].map(times => ({ times, from: 0, weight: 1 / 3 }));

/** Without anyone to compare with, a look counts for a quarter: what befalls all would look like a fault. */
const trustAlone = 0.25;

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
  /** Those not yet updated, as if they had been when the release began. */
  readonly #others = new Map<number, Account>();

  constructor(model: CountModel, allow: Allowance, direction: 'more' | 'fewer' = 'more') {
    this.#model = model;
    this.#allow = allow;
    this.#alternatives = direction === 'more' ? alternatives : fewer;
    this.#all = this.#alternatives.map(() => 0);
  }

  look({ rows, others, common, isAlone }: CountLook): void {
    const trust = (isAlone ? trustAlone : 1) / this.#model.lastsLooks;
    // Alone, what befalls all would be a fault in each of them.
    const trustInOne = isAlone ? 0 : trust;
    let [count, good, own] = [0, 0, 0];
    const bad = this.#alternatives.map(() => 0);
    for (const row of rows) {
      const { expected, variance } = this.#weigh(
        row,
        this.#accountOf(row.instance, this.#each),
        common,
        trustInOne,
        bad,
      );
      count += row.count;
      good += expected;
      own += variance * expected * expected;
    }
    for (const row of others) this.#weigh(row, this.#accountOf(row.instance, this.#others), common, trust);
    if (good <= 0) return;
    const shape = 1 / (own / (good * good) + common.variance);
    for (const [at, expected] of bad.entries()) {
      this.#all[at] = (this.#all[at] ?? 0) + trust * logRatio(count, expected, good, shape);
    }
  }

  logE(instances: number, pardon: number = this.pardon()): number {
    const each = [...this.#each.values()].map(({ logs }) => this.#mean(logs));
    return combine(this.#mean(this.#all), each, instances) - pardon;
  }

  /** What those not yet updated show under the same test. */
  pardon(): number {
    return excuse([...this.#others.values()].map(({ logs }) => this.#mean(logs)));
  }

  byInstance(): ReadonlyMap<number, number> {
    return new Map([...this.#each].map(([instance, { logs }]) => [instance, this.#mean(logs)]));
  }

  /** Takes a row into an account, and adds to `bad` what each alternative would have led to expect. */
  #weigh(row: CountRow, account: Account, common: CommonRate, trust: number, bad: number[] = []) {
    const usual = row.exposure * this.#model.rate * common.factor;
    const expectedBefore = account.expected[0] ?? 1;
    const expected = this.#allow((usual * account.seen) / expectedBefore, row);
    const variance = common.betweenLooks + 1 / account.seen;
    const shape = 1 / (variance + common.variance);
    const inflation = 1 + expected * common.betweenLooks * this.#model.lastsLooks;
    account.expected[0] = expectedBefore + (expected * expectedBefore) / account.seen / inflation;
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
    return { expected, variance };
  }

  #mean(logs: readonly number[]): number {
    return mix(this.#alternatives.map(({ weight }, at) => ({ weight, log: logs[at] ?? 0 })));
  }

  #accountOf(instance: number, accounts: Map<number, Account>): Account {
    const known = accounts.get(instance);
    if (known) return known;
    const shape = 1 / this.#model.betweenInstances;
    const { seen, expected } = this.#model.factors.get(instance) ?? { seen: shape, expected: shape };
    const account: Account = {
      looks: 0,
      seen,
      expected: [expected, ...this.#alternatives.map(() => expected)],
      logs: this.#alternatives.map(() => 0),
    };
    accounts.set(instance, account);
    return account;
  }
}

/** No look alone says more than this, as a logarithm: a burst is over as soon as it came. */
const mostOfOneLook = 3;

/** Of two negative binomial distributions of the same shape. */
function logRatio(count: number, alternative: number, expected: number, shape: number): number {
  if (expected <= 0) return 0;
  const ratio = Math.log((shape + expected) / (shape + alternative));
  if (count === 0) return shape * ratio;
  return Math.min(mostOfOneLook, count * Math.log(alternative / expected) + (count + shape) * ratio);
}
