import { describe, expect, test } from 'vitest';
import { completePolicy, type PolicyInput } from '#domain/analysis/policy.ts';
import { analysis } from '../../../functions/api/deployments/analysis.ts';
import { toFaults } from '../../../functions/platform/faults.ts';

function read(asked: unknown) {
  const result = analysis.safeParse(asked, { reportInput: true });
  if (!result.success) throw new Error(JSON.stringify(result.error.issues));
  return result.data;
}

function faultsOf(asked: unknown) {
  const result = analysis.safeParse(asked, { reportInput: true });
  return toFaults(result.error?.issues ?? []);
}

const example = {
  interval: 30,
  checks: [
    { metric: 'latency', maxIncrease: '5%' },
    { metric: 'errorRatio', max: 0.05 },
    { query: 'up{job="x"}', min: 1 },
  ],
  minSamples: 50,
  onNoData: 'pause',
};

describe('a policy', () => {
  test('is read with shares and durations as people write them', () => {
    const { interval, initialDelay, checks } = completePolicy(
      read({
        ...example,
        interval: '1m',
        checks: [
          ...example.checks,
          { metric: 'latency', max: '250ms' },
          { metric: 'errors', max: '7%' },
          { metric: 'latency', max: '1.123456m' },
        ],
      }) as PolicyInput,
    );

    expect({ interval, initialDelay }).toEqual({ interval: 60, initialDelay: 120 });
    expect(checks).toEqual([
      { metric: 'latency', maxIncrease: 0.05 },
      { metric: 'errorRatio', max: 0.05 },
      { query: 'up{job="x"}', min: 1 },
      { metric: 'latency', max: 0.25 },
      { metric: 'errorRatio', max: 0.07 },
      { metric: 'latency', max: 67.40736 },
    ]);
  });

  test.each([
    [{ metric: 'latency', max: '5%' }, 'max'],
    [{ metric: 'errors', max: 5 }, 'max'],
    [{ metric: 'errorRatio', max: '250ms' }, 'max'],
    [{ metric: 'traffic', min: '10%' }, 'min'],
    [{ metric: 'saturation', max: '2s' }, 'max'],
  ])('is refused with a bound that its metric never reaches: %j', (check, name) => {
    const [fault, ...others] = faultsOf({ checks: [check] });

    expect(fault?.path).toBe(`checks[0].${name}`);
    expect(fault?.message).toMatch(/^must be a (time|share|number)/);
    expect(others).toEqual([]);
  });

  test.each([
    { metric: 'latency', max: 250 },
    { metric: 'saturation', max: 1.5 },
    { metric: 'errorRatio', max: 1, min: 0 },
    { query: 'up', min: '5%', max: '2s' },
  ])('takes a bound that its metric may reach: %j', check => {
    expect(faultsOf({ checks: [check] })).toEqual([]);
  });

  test('that is complete asks for itself', () => {
    const complete = completePolicy(read(example) as PolicyInput);

    expect(completePolicy(read(JSON.parse(JSON.stringify(complete))) as PolicyInput)).toEqual(complete);
    expect(completePolicy(read(completePolicy(true)) as PolicyInput)).toEqual(completePolicy(true));
  });

  test('is refused with every fault by its path', () => {
    const faults = faultsOf({
      interval: 0,
      checks: [
        {},
        { metric: 'latency', query: 'up', max: 1 },
        { metric: 'traffic', maxIncrease: 0.1 },
        { query: 'up', min: 2, max: 1 },
        { metric: 'latency', maxIncrease: '5', max: '3 s' },
        { query: 'up{service="$service"}', min: 1 },
        { query: 'sum(rate(x[$window])', min: 1 },
        { query: '', min: 1 },
        { query: 'x'.repeat(4001), min: 1 },
      ],
      minSamples: -1,
      alpha: 0,
      onNoData: 'panic',
      bake: 1,
    });

    expect(faults.map(({ path }) => path).sort()).toEqual([
      'alpha',
      'bake',
      'checks[0]',
      'checks[0]',
      'checks[1]',
      'checks[2].metric',
      'checks[3].min',
      'checks[4].max',
      'checks[4].maxIncrease',
      'checks[5].query',
      'checks[6].query',
      'checks[7].query',
      'checks[8].query',
      'interval',
      'minSamples',
      'onNoData',
    ]);
  });
});
