import { toJudgePolicy } from '../judge/from-policy.ts';
import type { CheckJudgement, Judgement } from '../judge/judgement.ts';
import { Release } from '../judge/release.ts';
import type { Trace } from '../judge/trace.ts';
import { describeCheck, describeValue } from './describe-check.ts';
import type { CheckResult } from './look.ts';
import { type AbsoluteCheck, type ComparativeCheck, isComparative, type Policy } from './policy.ts';
import type { Tally } from './tally.ts';
import { showUnseen } from './unseen.ts';

/** What an absolute check was answered: a number, none (null), or why not. */
export type Answer = { readonly value: number | null } | { readonly error: string };

export function judgeAbsolute(check: AbsoluteCheck, at: number, query: string, answer: Answer): CheckResult {
  const result = { check: at, rule: describeCheck(check), query };
  if ('error' in answer) return { ...result, verdict: 'providerError', reason: answer.error };
  const { value } = answer;
  if (value === null) return { ...result, verdict: 'noData', value };
  const isWithin = value <= (check.max ?? Number.POSITIVE_INFINITY) && value >= (check.min ?? Number.NEGATIVE_INFINITY);
  return isWithin
    ? { ...result, verdict: 'pass', value }
    : { ...result, verdict: 'fail', value, reason: describeValue(check, value) };
}

const noLatencies = "the new version has no latency histogram, or none with bounds that the old one's has";

export interface Comparison {
  readonly results: readonly CheckResult[];
  readonly silence: string | null;
}

/**
 * Compares the new version with the old one by all counts so far. Checks that a person has accepted the failure of are left out, so
 * that they do not hide what others find later.
 */
export function judgeComparisons(policy: Policy, tally: Tally, trace: Trace): Comparison {
  const asked = policy.checks.map((check, at) => ({ check, at })).filter(({ at }) => !tally.accepted.includes(at));
  const comparative = asked.flatMap(({ check, at }) => (isComparative(check) ? [{ check, at }] : []));
  const judged = { ...policy, checks: comparative.map(({ check }) => check) };
  const { judgement, silence } = walk(judged, trace);
  const results = comparative.map(({ check, at }) => {
    const comparison = judgement.checks.find(({ metric }) => metric === check.metric);
    return toResult(check, at, comparison, judgement, trace.buckets.length > 0);
  });
  return { results, silence };
}

/** No counts, no comparison. */
export function failComparisons(policy: Policy, tally: Tally, error: string): Comparison {
  const results = policy.checks.flatMap((check, at) =>
    isComparative(check) && !tally.accepted.includes(at)
      ? [{ check: at, rule: describeCheck(check), verdict: 'providerError' as const, reason: error }]
      : [],
  );
  return { results, silence: null };
}

/** A failure is final. A silence is one while it lasts, and does not hide what comes after it. */
function walk(policy: Policy, trace: Trace): { readonly judgement: Judgement; readonly silence: string | null } {
  const judged = toJudgePolicy(policy, trace.lookSeconds);
  const release = new Release(showUnseen(trace, judged.warmUpLooks), judged);
  let silence: string | null = null;
  for (let look = 0; look < trace.looks.length; look++) {
    const stop = release.look(look);
    if (stop?.verdict === 'fail') return { judgement: stop, silence: null };
    silence = stop?.reason ?? null;
  }
  return { judgement: release.end(), silence };
}

function toResult(
  check: ComparativeCheck,
  at: number,
  comparison: CheckJudgement | undefined,
  { verdict, reason, basis }: Judgement,
  hasHistogram: boolean,
): CheckResult {
  const result = { check: at, rule: describeCheck(check), basis };
  if (!comparison) return { ...result, verdict: 'noData', reason };
  const { effect, interval, n, instance } = comparison;
  const facts = { ...result, effect, interval, n, instance };
  // The strictest of two checks of one metric is the one that was judged.
  const hasFailed = comparison.verdict === 'fail' && check.maxIncrease <= comparison.maxIncrease;
  if (hasFailed) return { ...facts, verdict: 'fail', reason };
  if (verdict === 'noData') return { ...facts, verdict, reason };
  // Requests whose latency nobody measures say nothing of it.
  if (check.metric === 'latency' && (effect === null || !hasHistogram))
    return { ...facts, verdict: 'noData', reason: noLatencies };
  return { ...facts, verdict: 'pass' };
}
