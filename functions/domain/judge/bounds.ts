import type { BoundJudgement } from './judgement.ts';
import type { Bound, JudgePolicy } from './policy.ts';
import type { Row } from './trace.ts';

/** Holds the new version's own values, of the last few looks, against bounds. */
export class Bounds {
  readonly #policy: JudgePolicy;
  readonly #buckets: readonly number[];
  readonly #lookSeconds: number;
  readonly #window: Row[][] = [];
  readonly #states: { readonly bound: Bound; failed: number; value: number | null; isOver: boolean }[];

  constructor(policy: JudgePolicy, buckets: readonly number[], lookSeconds: number) {
    this.#policy = policy;
    this.#buckets = buckets;
    this.#lookSeconds = lookSeconds;
    this.#states = policy.bounds.map(bound => ({ bound, failed: 0, value: null, isOver: false }));
  }

  /** Whether one of them has failed. */
  look(rows: readonly Row[]): boolean {
    // A batch begins: so does its bake.
    if (rows.some(({ age }) => age === 0)) for (const state of this.#states) state.failed = 0;
    this.#window.push(rows.filter(({ age }) => age >= this.#policy.warmUpLooks));
    if (this.#window.length > this.#policy.windowLooks) this.#window.shift();
    for (const state of this.#states) {
      state.value = this.#valueOf(state.bound);
      const { max = Infinity, min = -Infinity } = state.bound;
      if (state.value !== null && (state.value > max || state.value < min)) state.failed++;
      if (state.failed > this.#policy.failureLimit) state.isOver = true;
    }
    return this.#states.some(({ isOver }) => isOver);
  }

  judgements(): BoundJudgement[] {
    return this.#states.map(({ bound, failed, value, isOver }) => ({
      metric: bound.metric,
      max: bound.max ?? null,
      min: bound.min ?? null,
      verdict: isOver ? 'fail' : value === null ? 'noData' : 'pass',
      value,
      failedLooks: failed,
    }));
  }

  #valueOf({ metric }: Bound): number | null {
    const rows = this.#window.flat();
    const requests = rows.reduce((sum, row) => sum + row.requests, 0);
    if (rows.length === 0) return null;
    if (metric === 'traffic') return requests / this.#window.length / this.#lookSeconds;
    if (metric === 'latency') return quantile(this.#buckets, rows, 0.95);
    return requests > 0 ? rows.reduce((sum, row) => sum + row.errors, 0) / requests : null;
  }
}

/** In seconds, as `histogram_quantile` of Prometheus has it: straight lines within buckets, the last bound for what is above it. */
function quantile(buckets: readonly number[], rows: readonly Row[], share: number): number | null {
  const counts = [...buckets, Infinity].map((_, at) => rows.reduce((sum, row) => sum + (row.counts[at] ?? 0), 0));
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  if (wanted === 0) return null;
  let below = 0;
  for (const [at, bound] of buckets.entries()) {
    const count = counts[at] ?? 0;
    const lower = buckets[at - 1] ?? 0;
    if (below + count >= wanted) return lower + ((bound - lower) * (wanted - below)) / count;
    below += count;
  }
  return buckets.at(-1) ?? null;
}
