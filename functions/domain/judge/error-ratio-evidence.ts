import { compareCounts, usualCount } from './compare-counts.ts';
import { type Allowance, CountEvidence, type CountLook } from './count-evidence.ts';
import { type CountModel, type CountRow, fitCounts } from './counts.ts';
import { type Estimate, type Evidence, strongest } from './evidence.ts';
import { type JudgePolicy, negligibleErrorRatio } from './policy.ts';
import type { Row } from './trace.ts';

/** Before anything was seen: half an error in so many requests. */
const prior = { seen: 0.5, expected: 500 };

/** Errors of the updated instances against their own past and against the others now. */
export class ErrorRatioEvidence implements Evidence {
  readonly #warmUpLooks: number;
  readonly #model: CountModel;
  readonly #looks: CountLook[] = [];
  readonly #evidence: CountEvidence;

  constructor(past: readonly (readonly Row[])[], policy: JudgePolicy) {
    this.#warmUpLooks = policy.warmUpLooks;
    this.#model = fitCounts(
      past.flatMap((rows, look) => rows.filter(({ age }) => age < 0).map(row => toCountRow(row, look))),
      prior,
    );
    this.#evidence = new CountEvidence(this.#model, allow(policy.errorRatio?.maxIncrease ?? 0));
  }

  look(rows: readonly Row[], look: number): void {
    const measured = rows.filter(({ age, requests }) => requests > 0 && (age < 0 || age >= this.#warmUpLooks));
    const counts = compareCounts(
      measured.map(row => toCountRow(row, look)),
      this.#model,
    );
    this.#looks.push({ ...counts, others: [] });
    this.#evidence.look(counts);
  }

  logE(instances: number, increase?: number): number {
    if (increase === undefined) return this.#evidence.logE(instances);
    const evidence = new CountEvidence(this.#model, allow(increase));
    return this.#weigh(evidence, instances, this.#evidence.pardon());
  }

  logEOfLess(instances: number, increase: number): number {
    const evidence = new CountEvidence(this.#model, expected => (1 + increase) * expected, 'fewer');
    return this.#weigh(evidence, instances, 0);
  }

  byInstance(): ReadonlyMap<number, number> {
    return this.#evidence.byInstance();
  }

  estimates(): readonly Estimate[] {
    const one = strongest(this.byInstance());
    return [...this.#estimate('all', () => true), ...this.#estimate('instance', ({ instance }) => instance === one)];
  }

  /** Errors of the new version. */
  seen(): number {
    return this.#looks.reduce((sum, { rows }) => sum + rows.reduce((all, { count }) => all + count, 0), 0);
  }

  #estimate(of: Estimate['of'], belongs: (row: CountRow) => boolean): Estimate[] {
    let [requests, seen, expected] = [0, 0, 0];
    for (const { rows, common } of this.#looks) {
      for (const row of rows.filter(belongs)) {
        requests += row.requests;
        seen += row.count;
        expected += usualCount(row, common, this.#model);
      }
    }
    if (expected <= 0) return [];
    return [{ of, increase: seen / expected - 1, shares: { seen: seen / requests, expected: expected / requests } }];
  }

  #weigh(evidence: CountEvidence, instances: number, pardon: number): number {
    for (const look of this.#looks) evidence.look(look);
    return evidence.logE(instances, pardon);
  }
}

function allow(maxIncrease: number): Allowance {
  return (expected, { requests }) => Math.max((1 + maxIncrease) * expected, expected + negligibleErrorRatio * requests);
}

function toCountRow({ instance, age, requests, errors }: Row, look: number): CountRow {
  return { instance, look, isNew: age >= 0, count: errors, requests, exposure: requests };
}
