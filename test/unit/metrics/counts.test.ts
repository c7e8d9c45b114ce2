import { describe, expect, test } from 'vitest';
import { type Counters, checkCounters, toCounts } from '../../../functions/domain/metrics/counts.ts';
import type { Series } from '../../../functions/domain/metrics/read-answer.ts';

const grid = { from: 100, to: 120, step: 10 };

/** Values at 100, 110, 120; null: not there. */
function series(labels: Record<string, string>, ...values: readonly (number | null)[]): Series {
  const points = values.flatMap((value, at) => (value === null ? [] : [[100 + 10 * at, value] as const]));
  return { labels: { instance: 'a', version: 'v1', ...labels }, points };
}

function counters(some: Partial<Counters>): Counters {
  return { requestCount: [series({}, 10, 30, 60)], errorCount: [], latencyBuckets: [], ...some };
}

const rowsOf = (some: Partial<Counters>) => toCounts(counters(some), grid).looks.map(({ rows }) => rows);

describe('of cumulative counters', () => {
  test('a look has what came between two steps, bucket by bucket', () => {
    const counts = toCounts(
      counters({
        errorCount: [series({}, 1, 1, 4)],
        latencyBuckets: [
          series({ le: '+Inf' }, 10, 30, 60),
          series({ le: '0.5' }, 9, 28, 50),
          series({ le: '0.1' }, 5, 20, 25),
        ],
      }),
      grid,
    );

    expect(counts.buckets).toEqual([0.1, 0.5]);
    expect(counts.looks).toEqual([
      { time: 110, rows: { a: [{ version: 'v1', counts: [20, 0, 15, 4, 1] }] } },
      { time: 120, rows: { a: [{ version: 'v1', counts: [30, 3, 5, 17, 8] }] } },
    ]);
  });

  test('errors that were never counted are none, where requests were', () => {
    expect(rowsOf({})).toEqual([
      { a: [{ version: 'v1', counts: [20, 0, 0] }] },
      { a: [{ version: 'v1', counts: [30, 0, 0] }] },
    ]);
    expect(rowsOf({ errorCount: [series({}, null, null, 2)] })[1]).toEqual({
      a: [{ version: 'v1', counts: [30, 2, 0] }],
    });
    expect(rowsOf({ requestCount: [], errorCount: [series({}, 1, 2, 3)] })).toEqual([{}, {}]);
  });

  test('a histogram that appears with its first request had none before', () => {
    const rows = rowsOf({ latencyBuckets: [series({ le: '1' }, null, 3, 5), series({ le: '+Inf' }, null, 4, 6)] });

    expect(rows.map(row => row['a']?.[0]?.counts)).toEqual([
      [20, 0, 3, 1],
      [30, 0, 2, 0],
    ]);
  });

  test.each<[string, Partial<Counters>, readonly boolean[]]>([
    ['were not there at the beginning', { requestCount: [series({}, null, 30, 60)] }, [false, true]],
    ['were not there in between', { requestCount: [series({}, 10, null, 60)] }, [false, false]],
    ['went back', { requestCount: [series({}, 10, 5, 60)] }, [false, true]],
    ['went back in errors alone', { errorCount: [series({}, 3, 2, 2)] }, [false, true]],
    ['lost their errors', { errorCount: [series({}, 3, 3, null)] }, [true, false]],
    [
      'went back in a bucket alone',
      { latencyBuckets: [series({ le: '1' }, 5, 4, 4), series({ le: '+Inf' }, 5, 6, 7)] },
      [false, true],
    ],
    ['are no numbers', { requestCount: [series({}, 10, Number.NaN, 60)] }, [false, false]],
  ])('a look whose counters %s has no row', (_, some, seen) => {
    expect(rowsOf(some).map(rows => 'a' in rows)).toEqual(seen);
  });

  test('an instance that is seen under two versions at once has a row for each that it shows at both ends', () => {
    const rows = rowsOf({
      requestCount: [series({}, 10, 30, 30), series({ version: 'v2' }, null, 1, 9)],
      errorCount: [series({}, 1, 2, 2), series({ version: 'v2' }, null, 1, 4)],
    });

    expect(rows).toEqual([
      { a: [{ version: 'v1', counts: [20, 1, 0] }] },
      {
        a: [
          { version: 'v1', counts: [0, 0, 0] },
          { version: 'v2', counts: [8, 3, 0] },
        ],
      },
    ]);
  });

  test('an instance that changed its version between two steps has no row in that look, and one under the new version after it', () => {
    const rows = rowsOf({ requestCount: [series({}, 10, null, null), series({ version: 'v2' }, null, 1, 9)] });

    expect(rows).toEqual([{}, { a: [{ version: 'v2', counts: [8, 0, 0] }] }]);
  });

  test('an instance that does not say its version has none', () => {
    const { points } = series({}, 10, 30, 60);
    const rows = rowsOf({ requestCount: [{ labels: { instance: 'a' }, points }] });

    expect(rows[0]).toEqual({ a: [{ version: null, counts: [20, 0, 0] }] });
  });

  test('instances with other buckets are counted in those that all have, however they are written', () => {
    const histogram = (instance: string, ...les: readonly string[]) =>
      les.map(le => series({ instance, le }, 0, 10 * Math.min(9, Number(le)) || 100, 100));
    const { buckets, looks } = toCounts(
      counters({
        requestCount: [series({}, 0, 9, 9), series({ instance: 'b' }, 0, 9, 9)],
        latencyBuckets: [...histogram('a', '1', '2', '5', '+Inf'), ...histogram('b', '1.0', '3', '5.0', '+Inf')],
      }),
      grid,
    );

    expect(buckets).toEqual([1, 5]);
    expect(looks[0]?.rows).toEqual({
      a: [{ version: 'v1', counts: [9, 0, 10, 40, 50] }],
      b: [{ version: 'v1', counts: [9, 0, 10, 40, 50] }],
    });
  });

  test('buckets that were read a moment apart are never less than nothing', () => {
    const rows = rowsOf({ latencyBuckets: [series({ le: '1' }, 0, 21, 30), series({ le: '+Inf' }, 0, 20, 30)] });

    expect(rows[0]?.['a']?.[0]?.counts).toEqual([20, 0, 21, 0]);
  });

  test('times that are written in milliseconds are on the grid', () => {
    const points = [0, 1, 2, 3].map(at => [Number((0.1 + at * 0.1).toFixed(3)), at * 5] as const);
    const { looks } = toCounts(counters({ requestCount: [{ labels: { instance: 'a' }, points }] }), {
      from: 0.1,
      to: 0.4,
      step: 0.1,
    });

    expect(looks.map(({ rows }) => rows['a']?.[0]?.counts[0])).toEqual([5, 5, 5]);
  });
});

describe('counters', () => {
  test('by instance and version are as they should be', () => {
    expect(checkCounters(counters({ errorCount: [series({}, 1), series({ version: 'v2' }, 1)] }))).toBeUndefined();
  });

  test.each<[string, Partial<Counters>, string]>([
    [
      'of no instance',
      { requestCount: [{ labels: {}, points: [] }] },
      'The template requestCount must give one series for each instance, version: sum by (instance, version) (…).',
    ],
    [
      'told apart by more',
      { errorCount: [series({ code: '500' }), series({ code: '503' })] },
      'The template errorCount',
    ],
    ['of buckets without bounds', { latencyBuckets: [series({}), series({})] }, 'for each instance, version, le'],
  ])('%s are refused, in words', (_, some, words) => {
    expect(checkCounters(counters(some))).toContain(words);
  });
});
