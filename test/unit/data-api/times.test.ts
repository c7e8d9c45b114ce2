import { describe, expect, test } from 'vitest';
import { formatDate, formatTime, formatTimestampTz } from '../../../infra/local/data-api/times.ts';

describe('times', () => {
  test.each([
    ['2024-01-15 12:34:56', '2024-01-15 12:34:56'],
    ['2024-01-15 12:34:56.1', '2024-01-15 12:34:56.100'],
    ['2024-01-15 12:34:56.12', '2024-01-15 12:34:56.120'],
    ['12:34:56.123', '12:34:56.123'],
    ['12:34:56.1234', '12:34:56.123400'],
    ['12:34:56.123456', '12:34:56.123456'],
  ])('%s has no digit, three or six of a fraction', (text, expected) => {
    expect(formatTime(text)).toBe(expected);
  });

  test.each([
    ['2024-01-15 03:34:56+00', '2024-01-15 03:34:56'],
    ['2024-01-15 12:34:56.5+09', '2024-01-15 03:34:56.500'],
    ['2024-01-15 12:34:56-03:30', '2024-01-15 16:04:56'],
  ])('%s is told in UTC', (text, expected) => {
    expect(formatTimestampTz(text)).toBe(expected);
  });

  test('infinity is an internal failure', () => {
    expect(() => formatDate('infinity')).toThrow('InternalFailure');
    expect(() => formatTimestampTz('-infinity')).toThrow('InternalFailure');
  });
});
