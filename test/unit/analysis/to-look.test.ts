import { describe, expect, it } from 'vitest';
import { judgeAbsolute } from '#domain/analysis/judge-look.ts';
import { toLook } from '#domain/analysis/to-look.ts';

const window = { start: '2030-01-01T00:00:00.000Z', end: '2030-01-01T00:00:30.000Z' };
const nothing = {
  comparison: { results: [], silence: null },
  absolute: [],
  error: null,
  queries: [],
  samples: 0,
  window,
};
const check = { query: 'up', min: 1 };
const passed = judgeAbsolute(check, 1, 'up', { value: 2 });
const failed = judgeAbsolute(check, 0, 'up', { value: 0 });
const away = judgeAbsolute(check, 2, 'up', { error: 'it is away' });
const unknown = judgeAbsolute(check, 3, 'up', { value: null });

describe('a look', () => {
  it.each([
    ['pass', undefined, { absolute: [passed] }],
    ['fail', 'up is 0', { absolute: [passed, failed, away, unknown] }],
    ['providerError', 'it is away', { absolute: [passed, away, unknown] }],
    ['providerError', 'no answer', { absolute: [passed], error: 'no answer' }],
    ['noData', undefined, { absolute: [passed, unknown] }],
    ['noData', 'i1 is silent', { absolute: [passed], comparison: { results: [], silence: 'i1 is silent' } }],
  ])('is %s, because %s, by the worst that it found', (verdict, reason, found) => {
    const told = toLook({ ...nothing, ...found });

    expect(told).toMatchObject({ look: { verdict }, reason });
    expect(told.look.checks.map(({ check: at }) => at)).toEqual(told.look.checks.map(({ check: at }) => at).toSorted());
  });

  it('with queries that are long in all keeps their beginnings, and every check', () => {
    const absolute = Array.from({ length: 20 }, (_, at) => judgeAbsolute(check, at, '長'.repeat(4000), { value: 2 }));

    const { look } = toLook({ ...nothing, absolute, queries: ['sum(x)', 'y'.repeat(2000)] });

    expect(Buffer.byteLength(JSON.stringify(look))).toBeLessThan(30_000);
    expect(look.checks).toHaveLength(20);
    expect(look.checks[19]).toMatchObject({ verdict: 'pass', query: `${'長'.repeat(100)}…` });
    expect(look.queries).toEqual(['sum(x)', `${'y'.repeat(100)}…`]);
    expect(toLook({ ...nothing, absolute: look.checks, queries: look.queries }).look).toEqual(look);
  });
});
