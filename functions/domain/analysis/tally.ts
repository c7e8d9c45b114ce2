import { toStorable } from '../text.ts';
import type { CheckResult, Look } from './look.ts';
import { isComparative, type Policy } from './policy.ts';

/** What the looks of one bake add up to. */
export interface Tally {
  readonly batch: number;
  readonly looks: number;
  /** Requests of the new version in this bake. */
  readonly samples: number;
  /** Looks in a row in which Prometheus did not answer something. */
  readonly errorsInARow: number;
  readonly error: string | null;
  readonly silence: string | null;
  /** As in its last look. */
  readonly strangers?: readonly string[] | undefined;
  readonly otherVersions?: readonly string[] | undefined;
  /** For each check of the policy. */
  readonly checks: readonly CheckTally[];
  /** Checks whose failure a person has accepted: they count no more in this release. */
  readonly accepted: readonly number[];
  /** A person has accepted that there is no data in this bake. */
  readonly acceptsNoData: boolean;
  /** A person has accepted that Prometheus does not answer, until it does. */
  readonly acceptsErrors: boolean;
}

export interface CheckTally {
  readonly passed: number;
  readonly failed: number;
  readonly noData: number;
  readonly providerErrors: number;
  /** Its last one that Prometheus answered. */
  readonly last: Pick<CheckResult, 'rule' | 'verdict' | 'reason'> | null;
}

/** Of a reason: a tally travels in one row with its policy. All of it is in the look. */
const shownCharacters = 300;

const nothing: CheckTally = { passed: 0, failed: 0, noData: 0, providerErrors: 0, last: null };

/** The tally of a batch whose bake has had no look yet; what was accepted stays so. */
export function emptyTally(policy: Policy, batch: number, accepted: readonly number[] = []): Tally {
  return {
    batch,
    looks: 0,
    samples: 0,
    errorsInARow: 0,
    error: null,
    silence: null,
    checks: policy.checks.map(() => nothing),
    accepted,
    acceptsNoData: false,
    acceptsErrors: false,
  };
}

/** The tally that a batch has: what was counted for another one is of no meaning for it. */
export function tallyOf(policy: Policy, batch: number, stored: Tally | null): Tally {
  return stored?.batch === batch ? stored : emptyTally(policy, batch, stored?.accepted);
}

export function addLook(tally: Tally, look: Look): Tally {
  return {
    ...tally,
    looks: tally.looks + 1,
    samples: tally.samples + look.samples,
    errorsInARow: look.error === null ? 0 : tally.errorsInARow + 1,
    error: look.error,
    acceptsErrors: tally.acceptsErrors && look.error !== null,
    silence: look.silence,
    strangers: look.strangers,
    otherVersions: look.otherVersions,
    checks: tally.checks.map((check, at) =>
      addResult(
        check,
        look.checks.find(result => result.check === at),
      ),
    ),
  };
}

function addResult(tally: CheckTally, result: CheckResult | undefined): CheckTally {
  if (!result) return tally;
  const { rule, verdict, reason } = result;
  if (verdict === 'providerError') return { ...tally, providerErrors: tally.providerErrors + 1 };
  const last = { rule, verdict, ...(reason === undefined ? {} : { reason: toStorable(reason, shownCharacters) }) };
  switch (verdict) {
    case 'pass':
      return { ...tally, passed: tally.passed + 1, last };
    case 'fail':
      return { ...tally, failed: tally.failed + 1, last };
    case 'noData':
      return { ...tally, noData: tally.noData + 1, last };
  }
}

/** Whether a bake whose time is over is looked at once more: its last look had no answer, and may yet get one. */
export function isToLookAgain(policy: Policy, tally: Tally): boolean {
  return tally.errorsInARow > 0 && tally.errorsInARow <= policy.providerErrorLimit;
}

/** The checks that have failed: a comparison by one crossing, an absolute check by more looks than the policy allows. */
export function failedChecks(policy: Policy, tally: Tally): readonly number[] {
  return policy.checks.flatMap((check, at) => {
    const { failed = 0 } = tally.checks[at] ?? {};
    return !tally.accepted.includes(at) && failed > (isComparative(check) ? 0 : policy.failureLimit) ? [at] : [];
  });
}
