import { describe, expect, test } from 'vitest';
import { describeCheck, describeValue } from '#domain/analysis/describe-check.ts';

describe('an absolute check', () => {
  test.each([
    [{ metric: 'latency', max: 0.2 }, 0.2391, 'latency at most 200 ms', 'latency is 239.1 ms'],
    [{ metric: 'latency', max: 90 }, 120, 'latency at most 90 s', 'latency is 120 s'],
    [{ metric: 'errorRatio', max: 0.05 }, 0.3, 'errorRatio at most 5 %', 'errorRatio is 30 %'],
    [{ metric: 'traffic', min: 2 }, 0.5, 'traffic at least 2 requests a second', 'traffic is 0.5 requests a second'],
    [
      { metric: 'saturation', min: 0.1, max: 0.8 },
      0.913,
      'saturation at least 10 % and at most 80 %',
      'saturation is 91.3 %',
    ],
    [{ query: 'orders', min: 1 }, 0, 'orders at least 1', 'orders is 0'],
  ] as const)('is told in the unit of what it bounds: %j', (check, value, rule, answer) => {
    expect(describeCheck(check)).toBe(rule);
    expect(describeValue(check, value)).toBe(answer);
  });
});
