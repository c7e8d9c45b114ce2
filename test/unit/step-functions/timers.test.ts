import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTimer } from '../../../infra/local/step-functions/timers.ts';

const DAY = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a timer waits for longer than one setTimeout can', () => {
  const action = vi.fn();
  startTimer(60 * DAY, action);

  vi.advanceTimersByTime(60 * DAY - 1);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledOnce();
});

test('a timer that is cancelled does nothing, also after its first leg', () => {
  const action = vi.fn();
  const timer = startTimer(60 * DAY, action);

  vi.advanceTimersByTime(30 * DAY);
  timer.cancel();
  vi.advanceTimersByTime(60 * DAY);
  expect(action).not.toHaveBeenCalled();
});
