/** `pass` and `fail` say something of the version; `noData` and `providerError` say only that nothing is known. */
export const verdicts = ['pass', 'fail', 'noData', 'providerError'] as const;
export type Verdict = (typeof verdicts)[number];

/** What one check found in one look, with all that it rests on. */
export interface CheckResult {
  /** Its place among the policy's checks. */
  readonly check: number;
  /** What it asks for, in words. */
  readonly rule: string;
  readonly verdict: Verdict;
  /** The PromQL of an absolute check; a comparison rests on the counts of the look. */
  readonly query?: string;
  /** Of an absolute check: what the query yielded. */
  readonly value?: number | null;
  /** Of a comparison: the relative increase, where it lies but for a chance of alpha, and what it rests on. */
  readonly effect?: number | null;
  readonly interval?: readonly [low: number | null, high: number | null];
  readonly n?: { readonly new: number; readonly old: number };
  readonly instance?: string | null;
  readonly basis?: string;
  /** Why, where the verdict does not say. */
  readonly reason?: string;
}

/** One look at a release while a batch of it bakes. */
export interface Look {
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  /** The PromQL that the counts were read by. */
  readonly queries: readonly string[];
  /** Requests of the new version that were counted since the look before. */
  readonly samples: number;
  /** Why Prometheus did not answer all that was asked; null: it did. */
  readonly error: string | null;
  /** Why instances that should serve requests are taken to be silent; null: they are not. */
  readonly silence: string | null;
  /** Who serves requests of the new version and reports as no instance that is known to run it, some of them; left out: nobody. */
  readonly strangers?: readonly string[];
  /** As which versions updated instances serve requests, and not as the new one, some of them; left out: none does. */
  readonly otherVersions?: readonly string[];
  /** RFC 3339: what was counted lies between these. */
  readonly window: { readonly start: string; readonly end: string };
}

/** The worst that is known goes before what is not. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return (['fail', 'providerError', 'noData'] as const).find(verdict => verdicts.includes(verdict)) ?? 'pass';
}
