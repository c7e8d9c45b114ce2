import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addJitter, growDelay } from '../../../infra/agent/backoff.ts';
import { parseRetryAfter } from '../../../infra/agent/http.ts';
import { createSequence } from '../../../infra/agent/sequence.ts';
import { agentTiming } from '../../../infra/agent/timing.ts';

describe('the delay between tries', () => {
  it('doubles from a second to a minute', () => {
    const delays = [1, 2, 3, 6, 7, 1_100].map(failures => growDelay(agentTiming.backoff, failures));

    expect(delays).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('loses up to its half to chance', () => {
    expect([0, 0.5, 1].map(random => addJitter(1_000, random))).toEqual([1_000, 750, 500]);
  });
});

describe('Retry-After', () => {
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['-5', 0],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['99999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%s is %s ms', (value, ms) => {
    expect(parseRetryAfter(value, 1_000)).toBe(ms);
  });
});

describe('the sequence of reports', () => {
  it('grows whatever the clock does, and is no less than it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), times => {
        let now = 0;
        const next = createSequence(() => now);
        let last = 0;
        for (const time of times) {
          now = time;
          const number = next();
          expect(number).toBeGreaterThan(last);
          expect(number).toBeGreaterThanOrEqual(time);
          last = number;
        }
      }),
    );
  });
});
