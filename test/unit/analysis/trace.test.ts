import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyLooks, mostAtOnce } from '#domain/analysis/grid.ts';
import { type Sample, toTrace } from '#domain/analysis/trace.ts';
import { showUnseen } from '#domain/analysis/unseen.ts';

const grid = { origin: 1_000, interval: 10 };
const buckets = [0.1, 0.5, 1];
const sample = (look: number, counts: Record<string, number[]>, of = buckets): Sample => ({
  look,
  buckets: of,
  counts,
});
const row = (requests: number) => [requests, 0, requests, 0, 0, 0];
const updatedAt = (id: string, time: number | null) => ({ id, updateTime: time });

describe('a trace', () => {
  it('puts history before the looks of the release, and leaves open what is not known', () => {
    const trace = toTrace(
      grid,
      [sample(-40, { a: row(1) }), sample(0, { a: row(2) }), sample(2, { a: row(3) })],
      [],
      3,
    );

    expect(trace).toMatchObject({ lookSeconds: 10, startLook: historyLooks, buckets });
    expect(trace.looks.map((rows, place) => [place, rows['a']?.[0]]).filter(([, of]) => of !== undefined)).toEqual([
      [0, 1],
      [40, 2],
      [42, 3],
    ]);
    expect(trace.looks).toHaveLength(44);
  });

  it('ends where it is told to, whatever is known of later', () => {
    const trace = toTrace(grid, [sample(0, { a: row(1) }), sample(1, { b: row(1) })], [], 0);

    expect(trace.looks).toHaveLength(41);
    expect(trace.instances.map(({ id }) => id)).toEqual(['a']);
  });

  it('before the first look is over holds history alone', () => {
    expect(toTrace(grid, [sample(-1, { a: row(1) })], [], -1).looks).toHaveLength(40);
    expect(toTrace(grid, [], [updatedAt('a', null)], -1).looks.every(rows => Object.keys(rows).length === 0)).toBe(
      true,
    );
  });

  it('says from which look on an instance ran the new version all the time', () => {
    const planned = [
      updatedAt('atStart', 1_000),
      updatedAt('later', 1_010),
      updatedAt('within', 1_010.1),
      updatedAt('always', 0),
      updatedAt('not', null),
    ];

    const { instances } = toTrace(grid, [sample(0, { joined: row(1) })], planned, 5);

    expect(Object.fromEntries(instances.map(({ id, updatedAtLook }) => [id, updatedAtLook]))).toEqual({
      atStart: 40,
      later: 41,
      within: 42,
      always: 0,
      not: null,
      joined: null,
    });
  });

  it('is the same in whatever order it is told of instances and looks', () => {
    const samples = [0, 1, 2].map(look => sample(look, { b: row(look), a: row(look), c: row(1) }));
    const planned = [updatedAt('c', 1_005), updatedAt('a', 1_015)];

    expect(toTrace(grid, samples.toReversed(), planned.toReversed(), 2)).toEqual(toTrace(grid, samples, planned, 2));
  });

  it('keeps the bounds that all looks have in common', () => {
    const trace = toTrace(
      grid,
      [sample(0, { a: [10, 1, 1, 2, 3, 4] }), sample(1, { a: [10, 1, 1, 2, 3, 4] }, [0.05, 0.1, 1])],
      [],
      1,
    );

    expect(trace.buckets).toEqual([0.1, 1]);
    expect(trace.looks.slice(40).map(rows => rows['a'])).toEqual([
      [10, 1, 1, 5, 4],
      [10, 1, 3, 3, 4],
    ]);
  });

  it('keeps its bounds where a look has no histogram, whose requests then have no latency', () => {
    const trace = toTrace(grid, [sample(0, { a: row(10) }), sample(1, { a: [10, 1, 10] }, [])], [], 1);

    expect(trace.buckets).toEqual(buckets);
    expect(trace.looks.at(-1)).toEqual({ a: [10, 1, 0, 0, 0, 0] });
  });

  it('counts every request once, whatever bounds the looks have', () => {
    const bounds = fc.uniqueArray(fc.constantFrom(0.05, 0.1, 0.25, 0.5, 1, 2.5), { minLength: 0, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(bounds, { minLength: 1, maxLength: 4 }), all => {
        const samples = all.map((of, look) => {
          const sorted = of.toSorted((one, other) => one - other);
          return sample(look, { a: [sorted.length + 1, 0, ...sorted.map(() => 1), 1] }, sorted);
        });

        const { looks, buckets: common } = toTrace(grid, samples, [], samples.length - 1);

        for (const [at, rows] of looks.slice(40).entries()) {
          const [, , ...counts] = rows['a'] ?? [];
          expect(counts).toHaveLength(common.length + 1);
          const own = samples[at]?.buckets.length ?? 0;
          // A look without bounds says nothing of latencies to those that have some.
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(own === 0 && common.length > 0 ? 0 : own + 1);
        }
      }),
    );
  });

  it('cuts long times of which nothing is known, and still knows how long ago an instance was updated', () => {
    const far = 100_000;
    const planned = [updatedAt('before', 1_015), updatedAt('after', grid.origin + (far - 3) * 10)];

    const trace = toTrace(grid, [sample(2, { a: row(1) }), sample(far, { a: row(2) })], planned, far + 1);

    expect(trace.looks.length).toBeLessThan(historyLooks + mostAtOnce + 10);
    const last = trace.looks.findLastIndex(rows => rows['a']);
    expect(trace.looks[42]).toHaveProperty('a');
    expect(last).toBe(42 + mostAtOnce + 1);
    expect(trace.instances.map(({ id, updatedAtLook }) => [id, updatedAtLook])).toEqual([
      ['a', null],
      ['after', last - 3],
      ['before', 42],
    ]);
  });

  it('keeps looks and updates in order, however long the gaps between are', () => {
    const step = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 100, max: 5_000 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(20_000), (steps, updated) => {
        let at = -1;
        const looks = steps.map(by => {
          at += by;
          return at;
        });
        const planned = [updatedAt('a', grid.origin + updated * 10)];

        const trace = toTrace(
          grid,
          looks.map(look => sample(look, { a: [look, 0, 0, 0, 0, 0] })),
          planned,
          at,
        );

        const places = trace.looks.flatMap((rows, place) => (rows['a'] ? [{ place, look: rows['a'][0] ?? -1 }] : []));
        const place = trace.instances[0]?.updatedAtLook ?? -1;
        expect(places.map(({ look }) => look)).toEqual(looks);
        // It is old and new in the same looks as without the cuts.
        for (const known of places) expect(known.place >= place).toBe(known.look >= updated);
      }),
    );
  });
});

describe('an instance that nothing is seen of since its update', () => {
  const looks = [0, 1, 2, 3, 4, 5].map(look => sample(look, { other: row(9), ...(look < 2 ? { gone: row(9) } : {}) }));

  it('has served nothing, once it is warm', () => {
    const trace = showUnseen(toTrace(grid, looks, [updatedAt('gone', 1_015)], 5), 2);

    expect(trace.looks.slice(40).map(rows => rows['gone']?.[0])).toEqual([9, 9, undefined, undefined, 0, 0]);
    expect(trace.looks.at(-1)?.['gone']).toHaveLength(2 + buckets.length + 1);
  });

  it('is not known of while nobody is seen', () => {
    const trace = showUnseen(toTrace(grid, looks, [updatedAt('gone', 1_015)], 7), 2);

    expect(trace.looks.slice(46)).toEqual([{}, {}]);
  });

  it.each([
    ['was never seen at all', [{ id: 'unknown', updateTime: 1_015 }]],
    ['has left', [{ id: 'gone', updateTime: 1_015, hasLeft: true }]],
    ['was seen afterwards', [{ id: 'other', updateTime: 1_015 }]],
    ['was not updated', [{ id: 'gone', updateTime: null }]],
  ])('is none that %s', (_, planned) => {
    const trace = toTrace(grid, looks, planned, 5);

    expect(showUnseen(trace, 0)).toBe(trace);
  });
});
