import { describe, expect, it } from 'vitest';
import { findWarnings } from '#domain/analysis/find-warnings.ts';
import { completePolicy } from '#domain/analysis/policy.ts';

describe('a release that is to be judged without a Prometheus', () => {
  it.each([
    [{}, 4, 'pauses'],
    [{ providerErrorLimit: 0, onProviderError: 'rollback' }, 0, 'goes back'],
    [{ onProviderError: 'continue' }, 4, 'goes on without being judged'],
  ] as const)('under %j is warned of what will come', (asked, limit, act) => {
    expect(findWarnings(completePolicy(asked), false)).toEqual([
      `No Prometheus is configured: once more than ${limit} looks have no answer, the release ${act}.`,
    ]);
  });
});

it('what is not to be judged, or can be, is warned of nothing', () => {
  expect(findWarnings(null, false)).toEqual([]);
  expect(findWarnings(completePolicy(true), true)).toEqual([]);
});
