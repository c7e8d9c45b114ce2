import type { Policy } from './policy.ts';

/** What will keep a release from being judged as asked, in words. It is no fault of the request: by then a Prometheus may be there. */
export function findWarnings(policy: Policy | null, hasPrometheus: boolean): readonly string[] {
  if (policy === null || hasPrometheus) return [];
  const { onProviderError, providerErrorLimit } = policy;
  const act = { pause: 'pauses', rollback: 'goes back', continue: 'goes on without being judged' }[onProviderError];
  return [
    `No Prometheus is configured: once more than ${providerErrorLimit} looks have no answer, the release ${act}.`,
  ];
}
