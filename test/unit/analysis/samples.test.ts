import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packCounts, unpackCounts } from '#domain/analysis/samples.ts';
import { instanceIDPattern } from '#domain/names.ts';

const join = (parts: readonly string[]) => Object.assign({}, ...parts.map(unpackCounts));

describe('the counts of a look', () => {
  it('are what was stored', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(instanceIDPattern), fc.array(fc.nat(), { maxLength: 20 })),
        counts => {
          expect(join(packCounts(counts))).toEqual(counts);
        },
      ),
    );
  });

  it('of nobody are a part, too', () => {
    expect(packCounts({}).map(unpackCounts)).toEqual([{}]);
  });

  it('of a large fleet come in parts that are short, each instance in one of them', () => {
    const row = (n: number) => Array.from({ length: 14 }, (_, bucket) => (n * 7919 * (bucket + 1)) % 100_003);
    const counts = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`instance-${n * 7919}`, row(n)]));

    const parts = packCounts(counts);

    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(30_000);
    expect(parts.reduce((sum, part) => sum + Object.keys(unpackCounts(part)).length, 0)).toBe(3000);
    expect(join(parts)).toEqual(counts);
  });
});
