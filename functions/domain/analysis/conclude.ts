import type { Verdict } from './look.ts';
import { isComparative, type Policy } from './policy.ts';
import { failedChecks, type Tally } from './tally.ts';

/** What the looks of a bake so far come to. */
export type Conclusion =
  | { readonly kind: 'goOn' }
  | { readonly kind: 'passed' }
  | {
      readonly kind: 'stop';
      readonly verdict: Exclude<Verdict, 'pass'>;
      readonly reaction: 'pause' | 'rollback';
      readonly reason: string;
    };

/**
 * Each verdict has a budget of its own: failed looks, looks without an answer in a row, and requests in the whole bake. Whatever is
 * not known is never taken for a pass. `isOver`: the time of the bake is over, and it has been looked at since.
 */
export function conclude(policy: Policy, tally: Tally, onFailure: 'pause' | 'rollback', isOver: boolean): Conclusion {
  const failed = failedChecks(policy, tally);
  if (failed.length > 0) return stop('fail', onFailure, explain(policy, tally, failed));
  const isAway = tally.errorsInARow > policy.providerErrorLimit;
  const onProviderError = tally.acceptsErrors ? 'continue' : policy.onProviderError;
  if (isAway && onProviderError !== 'continue') {
    const reason = `Prometheus gave no usable answer in ${tally.errorsInARow} looks in a row: ${tally.error ?? ''}`;
    return stop('providerError', onProviderError, reason);
  }
  const onNoData = tally.acceptsNoData ? 'continue' : policy.onNoData;
  if (tally.silence !== null && onNoData !== 'continue')
    return stop('noData', onNoData, explainSilence(tally.silence, tally));
  if (!isOver) return { kind: 'goOn' };
  // What is not known since Prometheus is away was to be gone on with, too.
  if (isAway || onNoData === 'continue') return { kind: 'passed' };
  const doubt = findDoubt(policy, tally);
  return doubt === undefined ? { kind: 'passed' } : stop('noData', onNoData, doubt);
}

function stop(
  verdict: Exclude<Verdict, 'pass'>,
  reaction: 'pause' | 'rollback',
  reason: string,
): Conclusion & { readonly kind: 'stop' } {
  return { kind: 'stop', verdict, reaction, reason };
}

/** Why not to have failed is not to have passed. */
function findDoubt(policy: Policy, tally: Tally): string | undefined {
  if (tally.samples < policy.minSamples) {
    const few = `too little data: ${tally.samples} requests of the new version in this bake, ${policy.minSamples} needed`;
    const why = explainSilence(few, tally);
    return tally.strangers ? `${why}; ${describeStrangers(tally.strangers)}` : why;
  }
  for (const [at, check] of policy.checks.entries()) {
    const { passed = 0, failed = 0, last = null } = tally.checks[at] ?? {};
    const isKnown = isComparative(check) ? last?.verdict === 'pass' : passed + failed > 0;
    if (!isKnown && !tally.accepted.includes(at))
      return last?.reason === undefined ? `no data for ${last?.rule ?? `check ${at}`}` : `no data: ${last.reason}`;
  }
  return undefined;
}

/** The next likeliest mistake: metrics whose `version` is another word for the one that is released. */
function explainSilence(silence: string, { otherVersions }: Tally): string {
  return otherVersions
    ? `${silence}; in Prometheus updated instances serve requests as version ${otherVersions.join(', ')}`
    : silence;
}

/** The likeliest mistake: metrics whose `instance` is an address, and not the id that the agent reports under. */
function describeStrangers(strangers: readonly string[]): string {
  return `Prometheus has some of ${strangers.join(', ')}, and no instance that is known to run it reports under such an id`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}

function explain(policy: Policy, tally: Tally, failed: readonly number[]): string {
  return failed
    .map(at => {
      const { last = null, failed: looks = 0 } = tally.checks[at] ?? {};
      const check = policy.checks[at];
      if (check && isComparative(check)) return last?.reason ?? last?.rule ?? `check ${at}`;
      return `${last?.rule ?? `check ${at}`} failed in ${looks} looks, ${policy.failureLimit} allowed${because(last?.reason)}`;
    })
    .join('; ');
}

/** As a person accepts it who lets a release go on: what stopped it counts no more, and nothing else. */
export function acceptStop(policy: Policy, tally: Tally): Tally {
  const failed = failedChecks(policy, tally);
  if (failed.length > 0) return { ...tally, accepted: [...tally.accepted, ...failed] };
  const isAway = tally.errorsInARow > policy.providerErrorLimit;
  if (isAway && !tally.acceptsErrors && policy.onProviderError !== 'continue') return { ...tally, acceptsErrors: true };
  return { ...tally, acceptsNoData: true };
}
