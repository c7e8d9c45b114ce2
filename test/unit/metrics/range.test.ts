import { describe, expect, test } from 'vitest';
import { type AskedRange, toRange, toWindow } from '../../../functions/domain/metrics/range.ts';

const now = 1_900_000_000;
const day = 86_400;

describe('a range', () => {
  test.each<[string, AskedRange, object]>([
    ['is the last hour, minute by minute, where nothing is said', {}, { start: now - 3640, end: now - 40, step: 60 }],
    ['ends now', { start: now - 600 }, { start: now - 640, end: now - 40, step: 60 }],
    ['begins an hour before its end', { end: now - day }, { start: now - day - 3640, end: now - day - 40, step: 60 }],
    [
      'is rounded down to the granule at both ends',
      { start: 7199, end: 10_799.9, granule: 3600 },
      { start: 3600, end: 7200, step: 3600 },
    ],
    [
      'may be a point',
      { start: now - 600, end: now - 600, granule: 60 },
      { start: now - 640, end: now - 640, step: 60 },
    ],
    ['may end in the future', { start: now, end: now + 3600, granule: 3600 }, { step: 3600 }],
    [
      'has as many points as Prometheus answers',
      { start: 0, end: 10_999, granule: 1 },
      { start: 0, end: 10_999, step: 1 },
    ],
  ])('%s', (_, asked, range) => {
    expect(toRange(asked, now)).toMatchObject(range);
  });

  test.each([
    [1, 60],
    [4.9, 60],
    [24, 300],
    [74, 900],
    [299, 3600],
    [1799, 21_600],
    [3000, 86_400],
    [9 * 8784, 86_400],
  ])('of %d hours has a granule of %d s unless one is said', (hours, step) => {
    expect(toRange({ start: now - hours * 3600 }, now)).toMatchObject({ step });
  });

  test.each<[AskedRange, object[]]>([
    [{ start: now, end: now - 1 }, [{ field: 'end', message: 'is before start' }]],
    [
      { start: now + day, end: now },
      [
        { field: 'start', message: 'is in the future' },
        { field: 'end', message: 'is before start' },
      ],
    ],
    [
      { start: now + 301 },
      [{ field: 'start', message: 'is in the future' }, expect.objectContaining({ field: 'end' })],
    ],
    [{ start: 0 }, [{ field: 'start', message: 'is more than 10 years before the end' }]],
    [{ end: 253_402_300_799, start: now }, [{ field: 'start', message: 'is more than 10 years before the end' }]],
    [
      { start: 0, end: 11_000, granule: 1 },
      [{ field: 'granule', message: 'gives 11001 points, of at most 11000: at least 2s' }],
    ],
  ])('%j is refused', (asked, faults) => {
    expect(toRange(asked, now)).toEqual(faults);
  });

  test('that is refused for its granule is taken with the one that is named', () => {
    for (const seconds of [11_000, 12_345, 500_000, 7 * day]) {
      const refused = toRange({ start: now - seconds, end: now, granule: 1 }, now);
      const least = Number(/at least (\d+)s/.exec(JSON.stringify(refused))?.[1]);

      expect(toRange({ start: now - seconds, end: now, granule: least }, now)).toMatchObject({ step: least });
    }
  });
});

test('rates are taken over the granule, a minute, or four scrapes, whichever is longest', () => {
  expect([toWindow(1, 15), toWindow(300, 15), toWindow(1, 30)]).toEqual([60, 300, 120]);
});
