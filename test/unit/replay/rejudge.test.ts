import { describe, expect, it } from 'vitest';
import { judgeAbsolute, judgeComparisons } from '#domain/analysis/judge-look.ts';
import { type Check, completePolicy, type Policy } from '#domain/analysis/policy.ts';
import { emptyTally } from '#domain/analysis/tally.ts';
import { toLook } from '#domain/analysis/to-look.ts';
import { type Sample, toTrace } from '#domain/analysis/trace.ts';
import { rejudge } from '../../../infra/replay/rejudge.ts';
import type { RecordedLook, Release } from '../../../infra/replay/release.ts';

const origin = 1_000_000_000;
const nothing = { isOver: false, stop: undefined, wentOn: false };

/** A look as it is kept: through JSON. It ended when the looks of the grid up to that one had. */
function record(policy: Policy, upTo: number, found: Omit<Parameters<typeof toLook>[0], 'window'>): RecordedLook {
  const [start, time] = [upTo, upTo + 1].map(at => new Date((origin + at * policy.interval) * 1000).toISOString());
  const window = { start: start ?? '', end: time ?? '' };
  const { look } = toLook({ ...found, window });
  return JSON.parse(JSON.stringify({ ...look, number: 0, batch: 0, time, aftermath: nothing }));
}

function releaseOf(policy: Policy, looks: readonly RecordedLook[], more: Partial<Release> = {}): Release {
  const deployment = { id: 'd', service: 's', version: 'v2', status: 'completed', createTime: '' };
  const strategy = { onFailure: 'pause' } as const;
  return { deployment: { ...deployment, strategy }, policy, looks, origin, samples: [], instances: [], ...more };
}

describe('a look that is judged again', () => {
  it.each<[Check, number]>([
    [{ query: 'x', max: 5 }, Number.POSITIVE_INFINITY],
    [{ query: 'x', max: 5 }, Number.NEGATIVE_INFINITY],
    [{ query: 'x', min: 5 }, Number.POSITIVE_INFINITY],
    [{ query: 'x', min: 5 }, Number.NEGATIVE_INFINITY],
    [{ query: 'x', min: 1, max: 5 }, Number.POSITIVE_INFINITY],
    [{ query: 'x', min: 1, max: 5 }, Number.NEGATIVE_INFINITY],
  ])('as %j finds %s where it was found', (check, value) => {
    const policy = completePolicy({ checks: [check] });
    const absolute = [judgeAbsolute(check as never, 0, 'x', { value })];
    const look = record(policy, 0, {
      ...{ comparison: { results: [], silence: null }, absolute },
      ...{ error: null, queries: [], samples: 0 },
    });

    const again = rejudge(releaseOf(policy, [look]), policy, [false]).looks[0]?.look.checks[0];

    expect([again?.verdict, again?.value]).toEqual([look.checks[0]?.verdict, value]);
  });

  it('says as it did then who serves in place of the new version', () => {
    const policy = completePolicy({ checks: [{ query: 'x', max: 5 }] });
    const comparison = { results: [], silence: null };
    const hints = { strangers: ['10.0.0.7:80'], otherVersions: ['2.0'] };
    const look = record(policy, 0, { ...hints, comparison, absolute: [], error: null, queries: [], samples: 0 });

    const { stop } = rejudge(releaseOf(policy, [look]), policy, [true]);

    expect(stop?.reason).toMatch(/as version 2\.0; .*10\.0\.0\.7:80/);
  });

  it('still misses an instance that was to leave later, without having been seen again', () => {
    const policy = completePolicy({
      interval: 10,
      initialDelay: 0,
      checks: [{ metric: 'errorRatio', maxIncrease: 1 }],
    });
    const rows = (look: number) =>
      look < 0 ? { gone: [50, 0, 50, 0], stays: [50, 0, 50, 0] } : { stays: [50, 0, 50, 0] };
    const samples = Array.from(
      { length: 50 },
      (_, at): Sample => ({ look: at - 40, buckets: [1], counts: rows(at - 40) }),
    );
    const instances = ['gone', 'stays'].map(id => ({ id, updateTime: id === 'gone' ? origin : null }));
    const trace = toTrace({ origin, interval: 10 }, samples, instances, 9);
    const comparison = judgeComparisons(policy, emptyTally(policy, 0), trace);
    const look = record(policy, 9, { comparison, absolute: [], error: null, queries: [], samples: 0 });
    const leaveTime = new Date((origin + 1000) * 1000).toISOString();

    const leavers = instances.map(one => (one.id === 'gone' ? { ...one, leaveTime } : one));
    const again = rejudge(releaseOf(policy, [look], { samples, instances: leavers }), policy, [false]);

    expect(look.silence).toContain('gone serves no requests');
    expect(again.looks[0]?.look.silence).toBe(look.silence);
  });

  it('knows of a long release of a large fleet what was known, its past and its end', () => {
    const policy = completePolicy({
      ...{ interval: 10, initialDelay: 0 },
      checks: [{ metric: 'errorRatio', maxIncrease: 1 }],
    });
    const samples = Array.from(
      { length: 100 },
      (_, at): Sample => ({
        ...{ look: at - 40, buckets: [1] },
        counts: { new: [10, 0, 10, 0], old: [10, 0, 10, 0] },
      }),
    );
    const instances = ['new', 'old'].map(id => ({ id, updateTime: id === 'new' ? origin : null }));
    const comparison = { results: [], silence: null };
    const looks = [49, 59].map(upTo =>
      record(policy, upTo, { comparison, absolute: [], error: null, queries: [], samples: 0 }),
    );
    const deployment = {
      ...releaseOf(policy, []).deployment,
      progress: { total: 12_000, done: 0, failed: 0, percent: 0 },
    };

    const again = rejudge(releaseOf(policy, looks, { samples, instances, deployment }), policy, [false, false]);

    // Of the second: of what was stored up to look 49 the last twelve, and the ten that came with it.
    expect(again.looks.map(({ look }) => look.checks[0]?.n?.new)).toEqual([50 * 10, (12 + 10) * 10]);
  });
});
