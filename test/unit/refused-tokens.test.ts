import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberRefused, wasRefused } from '../../functions/hooks/authorize/refused-tokens.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a token that was refused is remembered for a minute', () => {
  rememberRefused('a');

  const during = [wasRefused('a'), wasRefused('b')];
  vi.advanceTimersByTime(59_999);
  const last = wasRefused('a');
  vi.advanceTimersByTime(1);

  expect([...during, last, wasRefused('a')]).toEqual([true, false, true, false]);
});

test('many are remembered, but not without end: the oldest go', () => {
  for (let token = 0; token < 10_000; token += 1) rememberRefused(`t${token}`);
  rememberRefused('t0');

  rememberRefused('one more');

  expect(['one more', 't0', 't9999', 't2', 't1'].map(wasRefused)).toEqual([true, true, true, true, false]);
});
