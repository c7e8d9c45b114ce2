import { describe, expect, test } from 'vitest';
import type { State } from '../../../infra/local/step-functions/interpreter/definition.ts';
import { runtimeFailure, StateFailure, timeout } from '../../../infra/local/step-functions/interpreter/failure.ts';
import { matches, Retries } from '../../../infra/local/step-functions/interpreter/retry.ts';

describe('the error names of a retrier or catcher', () => {
  const custom = new StateFailure('Custom');
  const nameless = new StateFailure(undefined);

  test.each([
    [['Custom'], custom, true],
    [['Other'], custom, false],
    [['States.ALL'], custom, true],
    [['States.ALL'], nameless, true],
    [['States.ALL'], timeout(), true],
    [['States.ALL'], new StateFailure('States.DataLimitExceeded'), true],
    [['States.ALL'], runtimeFailure('whatever'), false],
    [['States.Runtime'], runtimeFailure('whatever'), false],
    [['States.TaskFailed'], custom, true],
    [['States.TaskFailed'], timeout(), false],
    [['States.Timeout'], timeout(), true],
    [['States.HeartbeatTimeout'], timeout(), true],
  ])('%j', (names, failure, expected) => {
    expect(matches(names, failure)).toBe(expected);
  });
});

describe('retries', () => {
  const delays = (Retry: State['Retry'], failures: string[]) => {
    const retries = new Retries({ Type: 'Task', Retry: Retry ?? [] });
    return failures.map(error => retries.next(new StateFailure(error)));
  };
  const times = (error: string, count: number) => Array.from({ length: count }, () => error);

  test('double their delay from one second, three times, when nothing else is said', () => {
    expect(delays([{ ErrorEquals: ['E'] }], times('E', 4))).toEqual([1000, 2000, 4000, undefined]);
  });

  test('stay below their longest delay', () => {
    const retrier = { ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 4, MaxDelaySeconds: 20 };

    expect(delays([retrier], times('E', 3))).toEqual([3000, 12_000, 20_000]);
  });

  test('are counted for each retrier by itself', () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 5 },
    ];

    expect(delays(Retry, ['A', 'B', 'A', 'B'])).toEqual([1000, 5000, undefined, undefined]);
  });

  test('are none with no attempts', () => {
    expect(delays([{ ErrorEquals: ['E'], MaxAttempts: 0 }], ['E'])).toEqual([undefined]);
  });

  test('with full jitter come at any time up to the delay', () => {
    const retrier = {
      ErrorEquals: ['E'],
      IntervalSeconds: 10,
      JitterStrategy: 'FULL' as const,
      MaxAttempts: 50,
      BackoffRate: 1,
    };
    const found = delays([retrier], times('E', 50)).map(Number);

    expect(Math.min(...found)).toBeLessThan(5000);
    expect(Math.max(...found)).toBeLessThanOrEqual(10_000);
    expect(new Set(found).size).toBeGreaterThan(40);
  });
});
