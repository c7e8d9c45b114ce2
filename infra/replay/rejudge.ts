import { acceptStop, conclude } from '../../functions/domain/analysis/conclude.ts';
import { describeCheck } from '../../functions/domain/analysis/describe-check.ts';
import { judgedSince } from '../../functions/domain/analysis/grid.ts';
import { failComparisons, judgeAbsolute, judgeComparisons } from '../../functions/domain/analysis/judge-look.ts';
import type { CheckResult, Look } from '../../functions/domain/analysis/look.ts';
import { type Check, isComparative, type Policy } from '../../functions/domain/analysis/policy.ts';
import { addLook, type Tally, tallyOf } from '../../functions/domain/analysis/tally.ts';
import { toLook } from '../../functions/domain/analysis/to-look.ts';
import { type PlannedInstance, toTrace } from '../../functions/domain/analysis/trace.ts';
import type { Stop } from './record.ts';
import type { RecordedLook, Release } from './release.ts';

/** A look as another policy judges it. */
export type RejudgedLook = {
  readonly recorded: RecordedLook;
  readonly look: Look;
  readonly reason: string | undefined;
};

export type Rejudged = {
  /** Without the checks that are left out. */
  readonly policy: Policy;
  readonly looks: readonly RejudgedLook[];
  /** Those that a person let it go on after then, too. */
  readonly accepted: readonly Stop[];
  /** The first that the record has no continuation after. */
  readonly stop: Stop | undefined;
  /** Checks that nothing was stored for, in words. */
  readonly leftOut: readonly string[];
};

/**
 * Judges a release again, look by look, with all that was known at each. A bake is as long as it was. What a person accepted is accepted
 * again, where the release would have stopped there again.
 * @param ends for each look, whether it was the last of its bake
 */
export function rejudge(release: Release, asked: Policy, ends: readonly boolean[]): Rejudged {
  const { policy, leftOut } = leaveOut(asked, release.policy);
  const { onFailure } = release.deployment.strategy;
  const looks: RejudgedLook[] = [];
  const accepted: Stop[] = [];
  let tally: Tally | null = null;
  let stop: Stop | undefined;
  let stored: number | null = null;
  for (const [at, recorded] of release.looks.entries()) {
    const { number, batch, aftermath } = recorded;
    const before: Tally = tallyOf(policy, batch, tally);
    const { look, reason } = judgeAgain(release, recorded, policy, before, stored);
    stored = lastCounted(release, recorded) ?? stored;
    looks.push({ recorded, look, reason });
    tally = addLook(before, look);
    const conclusion = conclude(policy, tally, onFailure, ends[at] === true);
    if (conclusion.kind !== 'stop') continue;
    const { verdict, reaction, reason: why } = conclusion;
    const here = { look: number, batch, verdict, reaction, reason: why };
    if (reaction === 'pause' && aftermath.wentOn) {
      tally = acceptStop(policy, tally);
      if (stop === undefined) accepted.push(here);
    } else stop ??= here;
  }
  return { policy, looks, accepted, stop, leftOut };
}

function judgeAgain(release: Release, recorded: RecordedLook, policy: Policy, before: Tally, stored: number | null) {
  const error = findCountError(release.policy, recorded);
  const comparison =
    error === null
      ? judgeComparisons(policy, before, traceAt(release, recorded, stored))
      : failComparisons(policy, before, error);
  const { queries, samples, window, strangers, otherVersions } = recorded;
  const absolute = policy.checks.flatMap((check, at) => answerAgain(release.policy, recorded, policy, check, at));
  return toLook({
    ...{ comparison, absolute, error, queries, samples, window },
    ...(strangers && { strangers }),
    ...(otherVersions && { otherVersions }),
  });
}

/** What was known at a look, by what was stored before. */
function traceAt(release: Release, recorded: RecordedLook, stored: number | null) {
  const { origin, policy, deployment } = release;
  const since = judgedSince(stored, deployment.progress?.total ?? 0);
  const samples = release.samples.filter(({ look }) => look < 0 || look > since);
  const upTo = lastCounted(release, recorded) ?? stored ?? -1;
  return toTrace({ origin, interval: policy.interval }, samples, instancesAt(release, recorded), upTo);
}

/** As they were known then: one that left later had not. */
function instancesAt({ instances }: Release, { time }: RecordedLook): readonly PlannedInstance[] {
  return instances.map(({ leaveTime, ...instance }) => ({
    ...instance,
    hasLeft: leaveTime !== undefined && Date.parse(leaveTime) <= Date.parse(time),
  }));
}

/** With what was answered then. */
function answerAgain(
  then: Policy,
  recorded: RecordedLook,
  now: Policy,
  check: Check,
  at: number,
): readonly CheckResult[] {
  if (isComparative(check)) return [];
  const place = findStored(then, now, check);
  const stored = recorded.checks.find(result => result.check === place);
  if (!stored) return [];
  const { query = '', verdict, reason = '' } = stored;
  const answer = verdict === 'providerError' ? { error: reason } : { value: readValue(then.checks[place], stored) };
  return [judgeAbsolute(check, at, query, answer)];
}

/** JSON has no infinity: where a value was judged and is not there, it was one, on the side that its verdict says. */
function readValue(check: Check | undefined, { verdict, value = null, reason = '' }: CheckResult): number | null {
  if (value !== null || verdict === 'noData') return value;
  const isPositive = verdict === 'pass' ? check !== undefined && hasNoMax(check) : !reason.includes('-Infinity');
  return isPositive ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

function hasNoMax(check: Check): boolean {
  return !isComparative(check) && check.max === undefined;
}

/** The place of the check that asked the same, among those of the policy then; -1: none did. */
function findStored(then: Policy, now: Policy, check: Check): number {
  return then.checks.findIndex(
    stored =>
      !isComparative(stored) &&
      ('query' in stored
        ? 'query' in check && stored.query === check.query
        : 'metric' in check && stored.metric === check.metric) &&
      (then.window === now.window || ('query' in stored && !stored.query.includes('$window'))),
  );
}

function leaveOut(asked: Policy, then: Policy): { policy: Policy; leftOut: readonly string[] } {
  const isKept = (check: Check) => isComparative(check) || findStored(then, asked, check) >= 0;
  return {
    policy: { ...asked, checks: asked.checks.filter(isKept) },
    leftOut: asked.checks.filter(check => !isKept(check)).map(describeCheck),
  };
}

/** The look of the grid that counts were read up to; undefined: none were. */
function lastCounted({ origin, policy }: Release, { window }: RecordedLook): number | undefined {
  if (window.start === window.end) return undefined;
  return Math.round((Date.parse(window.end) / 1000 - origin) / policy.interval) - 1;
}

/** Why nothing was counted; null: it was, or nothing new was to be. Then an absolute check alone has no answer. */
function findCountError(policy: Policy, { error, window, checks }: RecordedLook): string | null {
  if (error === null || window.start !== window.end) return null;
  const compared = checks.filter(({ check }) => isComparative(policy.checks[check] ?? { query: '' }));
  return compared.length === 0 || compared.some(({ verdict }) => verdict === 'providerError') ? error : null;
}
