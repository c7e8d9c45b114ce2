import { describe, expect, it } from 'vitest';
import { countRequests, findOtherVersions, findStrangers, toSamples } from '#domain/analysis/new-samples.ts';

const grid = { origin: 1_000, interval: 10 };
const row = (version: string | null, requests = 5) => [{ version, counts: [requests, 0, requests] }];
const read = (...looks: Record<string, ReturnType<typeof row>>[]) => ({
  buckets: [],
  looks: looks.map((rows, at) => ({ time: 1_010 + 10 * at, rows })),
});
const planned = [
  { id: 'a', updateTime: 1_012 },
  { id: 'b', updateTime: null },
  { id: 'c', updateTime: 0 },
];
const seen = (...looks: Record<string, ReturnType<typeof row>>[]) =>
  toSamples(grid, 0, read(...looks), planned, 'v2').map(({ look, counts }) => [look, Object.keys(counts).sort()]);

describe('counts that were read', () => {
  it('are kept of instances that show the version that they are known to run', () => {
    expect(
      seen(
        { a: row('v1'), b: row('v1'), c: row('v2'), stranger: row('v1') },
        { a: row('v2'), b: row('v2'), c: row('v1'), stranger: row('v2') },
        { a: row('v2'), b: row('v0'), c: row('v2'), stranger: row('v0') },
        { a: row('v1'), b: row('v1') },
      ),
    ).toEqual([
      [0, ['a', 'b', 'c', 'stranger']],
      // a may have changed within that look; the others drifted.
      [1, []],
      [2, ['a', 'b', 'c', 'stranger']],
      [3, ['b']],
    ]);
  });

  it('are kept of instances that show no version', () => {
    expect(seen({ a: row(null), b: row(null) })).toEqual([[0, ['a', 'b']]]);
  });

  it('are those of the version that is known, where an instance shows two at once', () => {
    const both = [...row('v1', 0), ...row('v2', 7)];
    const old = [...row('v0', 0), ...row('v1', 9)];

    const samples = toSamples(grid, 2, read({ a: both, b: both, stranger: old }), planned, 'v2');

    expect(samples[0]?.counts).toEqual({ a: [7, 0, 7], b: [0, 0, 0], stranger: [9, 0, 9] });
  });

  it('are of strangers where others serve the new version', () => {
    const strangers = findStrangers(
      read({ x: row('v2') }, { a: row('v2'), '10.0.0.7:9000': row('v2'), idle: row('v2', 0), other: row('v1') }),
      planned,
      'v2',
    );

    expect(strangers).toEqual(['10.0.0.7:9000']);
  });

  it('name strangers as far as can be stored and read', () => {
    const label = `${'x'.repeat(99)}\u{1f525}\0${'y'.repeat(100_000)}`;

    expect(findStrangers(read({ [label]: row('v2') }), planned, 'v2')).toEqual([`${'x'.repeat(99)}\ufffd`]);
  });

  it('are of other versions where updated instances serve those, and not the new one', () => {
    const others = (rows: Record<string, ReturnType<typeof row>>) =>
      findOtherVersions(grid, 1, read({}, rows), planned, 'v2');

    expect(others({ a: row('2'), b: row('v1'), c: row('2'), stranger: row('v0') })).toEqual(['2']);
    expect(others({ a: [...row('v1'), ...row('v2')], c: row(null) })).toEqual([]);
    expect(others({ a: row('2', 0) })).toEqual([]);
  });

  it('have a sample for each look, with nothing in it where nothing was seen', () => {
    expect(toSamples(grid, 7, read({}, {}), planned, 'v2')).toEqual([
      { look: 7, buckets: [], counts: {} },
      { look: 8, buckets: [], counts: {} },
    ]);
  });

  it('say how much the new version served since a bake began', () => {
    const looks = [0, 1, 2, 3].map(() => ({ a: row(null), b: row(null, 100), c: row(null, 2) }));
    const samples = toSamples(grid, 0, read(...looks), planned, 'v2');

    // Looks 2 and 3 of a, and those of c that did not end before.
    expect(countRequests(grid, samples, planned, 1_000)).toBe(2 * 5 + 4 * 2);
    expect(countRequests(grid, samples, planned, 1_025)).toBe(2 * 5 + 2 * 2);
    expect(countRequests(grid, samples, planned, 1_040)).toBe(0);
  });
});
