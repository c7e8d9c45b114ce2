import { type Backoff, growDelay } from './backoff.ts';
import type { Desired } from './report.ts';

/** The last attempt, if it failed. The instance may be half changed since. */
export type FailedAttempt = {
  readonly version: string;
  readonly deployID: string | undefined;
  /** How often in a row this pair was tried. */
  readonly tries: number;
  /** When it ended, in milliseconds since the epoch. */
  readonly endedAt: number;
};

export type Decision =
  | { readonly kind: 'rest' }
  | { readonly kind: 'apply'; readonly version: string }
  /** The same again, but not before this time. */
  | { readonly kind: 'applyLater'; readonly at: number };

/**
 * What to do about what the instance should run. A failed attempt is not repeated for the same deployment and version:
 * the deployment has counted it. Without a deployment nobody else would bring the instance there, so it is tried again,
 * ever less often. After a failure the version the instance still has is installed again when it is asked for: the
 * command may have stopped halfway, and a rollback must repair that.
 */
export function decideAttempt(
  desired: Desired,
  current: string | null,
  failed: FailedAttempt | undefined,
  repeat: Backoff,
  now: number,
): Decision {
  const { version, deployID } = desired;
  if (version === null) return { kind: 'rest' };
  if (failed === undefined) return version === current ? { kind: 'rest' } : { kind: 'apply', version };
  if (failed.version !== version || failed.deployID !== deployID) return { kind: 'apply', version };
  if (deployID !== undefined) return { kind: 'rest' };
  const at = failed.endedAt + growDelay(repeat, failed.tries);
  return now >= at ? { kind: 'apply', version } : { kind: 'applyLater', at };
}
