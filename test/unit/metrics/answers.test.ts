import { describe, expect, test } from 'vitest';
import { isMatrix, readAnswer, readNumber } from '../../../functions/domain/metrics/read-answer.ts';
import { readStats, renderStats, toStats } from '../../../functions/domain/metrics/stats.ts';

const success = (resultType: string, result: unknown) => ({ status: 'success', data: { resultType, result } });

describe('an answer', () => {
  test.each([
    ['vector', [{ metric: { a: 'b' }, value: [1, '2'] }], [{ labels: { a: 'b' }, points: [[1, 2]] }]],
    ['vector', [], []],
    [
      'matrix',
      [
        {
          metric: {},
          values: [
            [1, '2'],
            [2, '3e+06'],
          ],
        },
      ],
      [
        {
          labels: {},
          points: [
            [1, 2],
            [2, 3e6],
          ],
        },
      ],
    ],
    ['scalar', [1.5, 'NaN'], [{ labels: {}, points: [[1.5, Number.NaN]] }]],
  ])('that is a %s is read', (type, result, series) => {
    expect(readAnswer(success(type, result))).toEqual({ type, series });
  });

  test.each([
    null,
    'text',
    {},
    { status: 'error', data: { resultType: 'vector', result: [] } },
    success('string', [1, 'words']),
    success('vector', null),
    success('vector', [{ metric: {}, value: [1, 2] }]),
    success('vector', [{ metric: {} }]),
    success('vector', [{ value: [1, '2'] }]),
    success('matrix', [{ metric: {}, values: [[1]] }]),
    success('matrix', [{ metric: {}, histograms: [] }]),
    success('scalar', ['1', '2']),
  ])('%j is none', body => {
    expect(readAnswer(body)).toBeUndefined();
  });

  test('to a range is a matrix, of whatever', () => {
    expect(isMatrix(success('matrix', [{ metric: {}, histograms: [] }]))).toBe(true);
    expect(isMatrix(success('vector', []))).toBe(false);
    expect(isMatrix({ status: 'success' })).toBe(false);
  });
});

test('numbers are written as Go does', () => {
  expect(['+Inf', '-Inf', '1e-05', '0', '1.0'].map(readNumber)).toEqual([Infinity, -Infinity, 1e-5, 0, 1]);
  expect(['NaN', '', 'one'].map(readNumber)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

describe('signals', () => {
  const series = (item: string, value: number) => ({
    labels: { service_manager_item: item },
    points: [[1, value]] as const,
  });

  test('of all versions are one query, in which each stands apart', () => {
    const query = renderStats('up{version=~$version} # all', { service: 's', versions: ['v1'], windowSeconds: 60 });

    expect(query).toBe(
      'label_replace((up{version=~".*"} ), "service_manager_item", "all", "", "") or ' +
        'label_replace((up{version=~"v1"} ), "service_manager_item", "0", "", "")',
    );
  });

  test('are read for all and for each version, absent apart from zero', () => {
    const read = readStats([series('1', 0), series('all', 7), series('2', Number.NaN)], ['v1', 'v2', 'v3', 'v4']);

    expect(read).toEqual([7, null, 0, null, null]);
  });

  test('of which one has two values are none', () => {
    expect(readStats([series('0', 0), series('0', 1)], ['v1'])).toBeUndefined();
  });

  test('are shown in milliseconds and per cent, without what floating point adds', () => {
    const shown = toStats(
      { latency: [0.0701, null], traffic: [0.1 + 0.2, 0], errorRatio: [0.07, 1], saturation: [0.57, null] },
      ['v1'],
    );

    expect(shown).toEqual({
      summary: {
        metrics: [
          { name: 'latency', value: 70.1 },
          { name: 'traffic', value: 0.3 },
          { name: 'errorRatio', value: 7 },
          { name: 'saturation', value: 57 },
        ],
      },
      items: [
        {
          version: 'v1',
          metrics: [
            { name: 'latency', value: null },
            { name: 'traffic', value: 0 },
            { name: 'errorRatio', value: 100 },
            { name: 'saturation', value: null },
          ],
        },
      ],
    });
  });
});
