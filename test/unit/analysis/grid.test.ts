import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstLookAfter, gridFrom, historyLooks, missingLooks, startOf } from '#domain/analysis/grid.ts';

const grid = gridFrom(1_000_005, 30);
const at = (look: number) => startOf(grid, look);

describe('the grid of a release', () => {
  it('begins on a multiple of its interval, not after the release', () => {
    expect(grid.origin).toBe(999_990);
  });

  it('has an instance run the new version from the first look on that begins after its update', () => {
    expect([at(3), at(3) + 0.1, at(4) - 0.1, at(4)].map(time => firstLookAfter(grid, time))).toEqual([3, 4, 4, 4]);
  });
});

describe('what a look has to fetch', () => {
  it('is the past as well, the first time', () => {
    expect(missingLooks(grid, null, 20, at(3) + 1)).toEqual([-historyLooks, 3]);
  });

  it('is what has ended since the look before', () => {
    expect(missingLooks(grid, 2, 20, at(4) + 1)).toEqual([3, 4]);
  });

  it('is nothing while no look has ended', () => {
    const [first, end] = missingLooks(grid, 3, 20, at(4) + 29);

    expect(end - first).toBe(0);
  });

  it('is all that was missed, yet no more than an answer can hold', () => {
    expect(missingLooks(grid, 2, 20, at(60))).toEqual([3, 60]);
    expect(missingLooks(grid, 2, 20, at(1000))).toEqual([880, 1000]);
    expect(missingLooks(grid, 2, 3000, at(60))).toEqual([50, 60]);
    expect(missingLooks(grid, null, 3000, at(3))).toEqual([-7, 3]);
    expect(missingLooks(grid, 2, 1_000_000, at(60))).toEqual([59, 60]);
  });

  it('never overlaps, and leaves nothing out while one looks often enough', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(steps, waits => {
        let stored: number | null = null;
        let now = at(0);
        for (const wait of waits) {
          now += wait;
          const [first, end]: readonly [number, number] = missingLooks(grid, stored, 20, now);
          expect(first).toBe(stored === null ? -historyLooks : stored + 1);
          expect(startOf(grid, end)).toBeLessThanOrEqual(now);
          stored = end - 1;
        }
      }),
    );
  });
});
