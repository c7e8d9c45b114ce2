import { findLargeness, findPolicyFaults } from '#domain/analysis/find-faults.ts';
import { completePolicy, overridesOf, type Policy, type PolicyInput } from '#domain/analysis/policy.ts';
import type { Strategy } from '#domain/strategy.ts';
import { invalidRequest } from '#platform/problem.ts';

/** What a request asks its release to be judged by, complete. null: by nothing; undefined: it says nothing of it. */
export function readAnalysis(asked: PolicyInput | boolean | null | undefined): Policy | null | undefined {
  if (asked === undefined) return undefined;
  return asked === false || asked === null ? null : completePolicy(asked);
}

/** What of it takes the place of what the service has, if it has any; undefined: all of it does. */
export function readOverrides(asked: PolicyInput | boolean | undefined): Partial<Policy> | undefined {
  return typeof asked === 'object' ? overridesOf(asked) : undefined;
}

/** @throws Refusal when releases, of this strategy or of any, cannot be judged so; `count` as for findPolicyFaults */
export function requireFitting(policy: Policy | null | undefined, strategy?: Strategy, count?: number): void {
  if (!policy) return;
  const faults = strategy ? findPolicyFaults(policy, strategy, count) : findLargeness(policy);
  if (faults.length === 0) return;
  throw invalidRequest(faults.map(({ path, message }) => ({ path: `body.analysis.${path}`, message })));
}
