import { describe, expect, it } from 'vitest';
import { decideAttempt, type FailedAttempt } from '../../../infra/agent/decide.ts';

const repeat = { firstMs: 10, maxMs: 35 };

function decide(version: string | null, deployID: string | undefined, failed?: FailedAttempt, now = 1_000) {
  return decideAttempt({ version, deployID, artifact: undefined }, '1.0', failed, repeat, now);
}

function fail(version: string, deployID: string | undefined, tries = 1): FailedAttempt {
  return { version, deployID, tries, endedAt: 1_000 };
}

describe('what an agent does about the version it should run', () => {
  it('rests where none is wanted, or the one it has', () => {
    expect(decide(null, undefined)).toEqual({ kind: 'rest' });
    expect(decide(null, undefined, fail('2.0', 'd-1'))).toEqual({ kind: 'rest' });
    expect(decide('1.0', 'd-1')).toEqual({ kind: 'rest' });
  });

  it('applies another one', () => {
    expect(decide('2.0', 'd-1')).toEqual({ kind: 'apply', version: '2.0' });
  });

  it('does not repeat what failed for the same deployment, however late', () => {
    expect(decide('2.0', 'd-1', fail('2.0', 'd-1'), 1e12)).toEqual({ kind: 'rest' });
  });

  it.each([
    ['2.0', 'd-2'],
    ['2.1', 'd-1'],
    ['2.0', undefined],
  ])('applies %s for %s after 2.0 failed for d-1', (version, deployID) => {
    expect(decide(version, deployID, fail('2.0', 'd-1'))).toEqual({ kind: 'apply', version });
  });

  it('repairs the version it has after another one failed', () => {
    expect(decide('1.0', 'd-1', fail('2.0', 'd-1'))).toEqual({ kind: 'apply', version: '1.0' });
    expect(decide('1.0', 'd-1', fail('1.0', 'd-1'))).toEqual({ kind: 'rest' });
  });

  it.each([
    [1, 1_010],
    [2, 1_020],
    [3, 1_035],
    [2_000, 1_035],
  ])('without a deployment, repeats after failure %i at %i', (tries, at) => {
    expect(decide('2.0', undefined, fail('2.0', undefined, tries), at - 1)).toEqual({ kind: 'applyLater', at });
    expect(decide('2.0', undefined, fail('2.0', undefined, tries), at)).toEqual({ kind: 'apply', version: '2.0' });
  });
});
