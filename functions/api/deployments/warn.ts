import { findWarnings } from '#domain/analysis/find-warnings.ts';
import type { Policy } from '#domain/analysis/policy.ts';
import { env } from '#platform/env.ts';

const hasPrometheus = env('PROMETHEUS_CONFIGURED') === 'true';

/** What an answer says, where there is something, of how a release will be judged. */
export function warn(policy: Policy | null): { readonly warnings?: readonly string[] } {
  const warnings = findWarnings(policy, hasPrometheus);
  return warnings.length > 0 ? { warnings } : {};
}
