import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch, Deployment } from '../../../infra/cli/deployment.ts';
import { renderBar, renderProgress } from '../../../infra/cli/progress.ts';

const deployment: Deployment = {
  id: 'd-1',
  service: 'checkout',
  version: '1.4.0',
  status: 'deploying',
  createTime: '2030-01-01T00:00:00Z',
  progress: { total: 20, done: 4, failed: 1, percent: 25 },
  plan: {
    batches: [
      { index: 1, size: 2, state: 'done', done: 2, failed: 0 },
      { index: 2, size: 8, state: 'deploying', done: 2, failed: 1 },
      { index: 3, size: 10, state: 'waiting', done: 0, failed: 0 },
    ],
  },
};

describe('the progress of a deployment', () => {
  it('shows the whole and each batch with its bar', () => {
    expect(renderProgress(deployment)).toEqual([
      'checkout 1.4.0  deploying  4/20 done, 1 failed (25 %)',
      '  batch 1  ########################  2/2   done',
      '  batch 2  ######xxx...............  2/8   deploying, 1 failed',
      '  batch 3  ........................  0/10  waiting',
    ]);
  });

  it('says what the last look found', () => {
    const look = { number: 7, batch: 2, verdict: 'noData' };

    expect(renderProgress({ ...deployment, lastLook: look }).at(-1)).toBe('  look 7 at batch 2: noData');
    expect(renderProgress({ ...deployment, lastLook: { ...look, reason: 'i-1 is silent' } }).at(-1)).toBe(
      '  look 7 at batch 2: noData, i-1 is silent',
    );
  });

  it('says what it waits for and why', () => {
    const lines = renderProgress({
      ...deployment,
      status: 'paused',
      waitingFor: { id: 'w-1', kind: 'gate', batch: 2 },
      reason: 'the gate after batch 2',
    });

    expect(lines.slice(-2)).toEqual([
      '  waits for a person (gate at batch 2): service-manager continue d-1',
      '  the gate after batch 2',
    ]);
  });

  it('has only a head and a time before the start', () => {
    const { plan: _, progress: __, ...early } = deployment;

    const lines = renderProgress({ ...early, status: 'scheduled', scheduleTime: '2030-01-31T09:00:00Z' });

    expect(lines).toEqual(['checkout 1.4.0  scheduled', '  starts at 2030-01-31T09:00:00Z']);
  });

  it.each([
    [0, ['batch 1', 'batch 2', 'batch 3', '… 297 more']],
    [150, ['… 147 before', 'batch 148', 'batch 149', 'batch 150', '… 150 more']],
    [300, ['… 297 before', 'batch 298', 'batch 299', 'batch 300']],
  ])('of a long plan with %i batches done shows the part around the work', (done, expected) => {
    const batches = Array.from({ length: 300 }, (_, i): Batch => {
      return { index: i + 1, size: 1, state: 'any', done: i < done ? 1 : 0 };
    });

    const lines = renderProgress({ ...deployment, plan: { batches } }, 3).slice(1);

    expect(lines.map(line => line.trim().split(/ {2,}/)[0])).toEqual(expected);
  });

  it('draws bars of one width that show what there is, and nothing else', () => {
    const counts = fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)).filter(counts => counts.some(count => count > 0));
    fc.assert(
      fc.property(counts, ([done, failed, rest]) => {
        const bar = renderBar(done, failed, done + failed + rest, 20);
        expect(bar).toMatch(/^#*x*\.*$/);
        expect(bar).toHaveLength(20);
        expect(bar.includes('#')).toBe(done > 0);
        expect(bar.includes('x')).toBe(failed > 0);
        expect(bar.includes('.')).toBe(rest > 0);
      }),
    );
  });
});
