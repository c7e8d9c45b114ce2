/** What speaks for a metric of the new version being worse than its margin allows. */
export interface Evidence {
  /** That the increase is more than this one (the policy's, if left out), as a logarithm. `instances`: how many may have a fault. */
  logE(instances: number, increase?: number): number;
  /** That it is less. */
  logEOfLess(instances: number, increase: number): number;
  /** What speaks for a fault of one instance, for each that is updated. */
  byInstance(): ReadonlyMap<number, number>;
  /** What the increase most likely is, by who may have a fault: all of them first. */
  estimates(): readonly Estimate[];
}

export interface Estimate {
  /** All requests, those of the instance that tells most, or the slowest ones. */
  readonly of: 'all' | 'instance' | 'slowest';
  /** Relative: 0.05 is 5 %. */
  readonly increase: number;
  /** Which share of the requests is bad, and which the old version lets expect. */
  readonly shares?: { readonly seen: number; readonly expected: number };
}

/** The instance that tells most, of those that evidence was collected for. */
export function strongest(evidence: ReadonlyMap<number, number>): number | undefined {
  let best: { readonly instance: number; readonly log: number } | undefined;
  for (const [instance, log] of evidence) if (!best || log > best.log) best = { instance, log };
  return best?.instance;
}

/**
 * Evidence is an e-value, kept as a logarithm: on average at most 1 as long as the version is good, whenever one looks, so that
 * one that reaches 1/α is wrong with a probability of α at most (Ville). A weighted mean of e-values is one too. This holds as far
 * as what is usual is known; here it is estimated, so that simulated releases have to show what is left of it.
 */
export function mix(parts: readonly { readonly weight: number; readonly log: number }[]): number {
  let largest = -Infinity;
  for (const { log } of parts) if (log > largest) largest = log;
  if (largest === -Infinity || largest === Infinity) return largest;
  let sum = 0;
  for (const { weight, log } of parts) sum += weight * Math.exp(log - largest);
  return largest + Math.log(sum);
}

/**
 * What those not yet updated show under the same test, as if they had been: so much of the evidence is no fault of the version,
 * for it comes without it. The worst tenth is left out: one that is sick must hide nothing.
 */
export function excuse(others: readonly number[]): number {
  const kept = others.toSorted((a, b) => a - b).slice(0, others.length - Math.ceil(others.length / 10));
  return kept.length > 0 ? Math.max(0, mix(kept.map(log => ({ weight: 1 / kept.length, log })))) : 0;
}

/** That a fault is in all updated instances, in some of them, or in one. `instances`: how many there are or may yet be. */
export function combine(all: number, each: readonly number[], instances: number): number {
  const some = each.reduce(
    (sum, log) =>
      sum +
      mix([
        { weight: 0.5, log: 0 },
        { weight: 0.5, log },
      ]),
    0,
  );
  const share = 1 / Math.max(instances, each.length, 1);
  const one = mix([{ weight: 1 - share * each.length, log: 0 }, ...each.map(log => ({ weight: share, log }))]);
  return mix([
    { weight: 0.75, log: all },
    { weight: 0.125, log: some },
    { weight: 0.125, log: one },
  ]);
}
