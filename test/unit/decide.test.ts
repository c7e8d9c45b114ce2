import { describe, expect, it } from 'vitest';
import { decideRollback } from '../../functions/domain/decide-rollback.ts';
import { decideRollout, longestWaitSeconds } from '../../functions/domain/decide-rollout.ts';
import type { BatchFacts, Facts } from '../../functions/domain/facts.ts';
import { describeAlert, type FiredAlert } from '../../functions/domain/fired-alert.ts';
import { completeStrategy } from '../../functions/domain/strategy.ts';
import { facts } from './facts.ts';

const batch: BatchFacts = {
  index: 0,
  size: 5,
  done: 0,
  failed: 0,
  state: 'deploying',
  bakeSeconds: 0,
  gate: false,
  bakeRest: null,
};

const alertOn = (...path: readonly [string, ...string[]]): FiredAlert => ({
  alert: { source: 'alert', name: 'HighErrors', service: path[0], health: 'error', message: '7 % fail' },
  path,
  others: 0,
});

describe('a rollout', () => {
  it.each([
    ['waits for its time', { status: 'scheduled', scheduleRest: 90.4 }, { next: 'AwaitSchedule', seconds: 90.4 }],
    ['starts when its time has come', { status: 'scheduled', scheduleRest: -0.01 }, { kind: 'start' }],
    [
      'stands behind an active one',
      { status: 'scheduled', scheduleRest: -3, behind: 'd0' },
      { next: 'AwaitSchedule', seconds: longestWaitSeconds },
    ],
    ['looks at a far schedule every week', { status: 'scheduled', scheduleRest: 1e7 }, { seconds: longestWaitSeconds }],
    [
      'plans once',
      { planned: false, plannable: 3 },
      { kind: 'plan', batches: [{ size: 3, bakeSeconds: 0, gate: false }] },
    ],
    [
      'completes without instances',
      { planned: true, total: 0, batchCount: 0 },
      { kind: 'complete', reason: 'instances: 0' },
    ],
    ['begins the first batch', {}, { next: 'DeployBatch', seconds: 600 }],
    [
      'waits for a batch until the nearest deadline',
      { batch: { ...batch, done: 4 }, dueRest: 12.5 },
      { next: 'DeployBatch', seconds: 12.5 },
    ],
    ['closes a batch that is done', { batch: { ...batch, done: 5 } }, { kind: 'finishBatch', batch: 0 }],
    ['does not wait for failed instances', { batch: { ...batch, done: 3, failed: 2 } }, { kind: 'finishBatch' }],
    ['fails whoever is overdue', { batch: { ...batch, done: 4 }, overdue: 1 }, { kind: 'failOverdue' }],
    ['bakes', { batch: { ...batch, done: 5, state: 'baking', bakeRest: 30 } }, { next: 'BakeBatch', seconds: 30 }],
    [
      'wakes in a bake for an instance in its grace',
      { batch: { ...batch, state: 'baking', bakeRest: 30 }, dueRest: 4 },
      { next: 'BakeBatch', seconds: 4 },
    ],
    [
      'does not end a bake on an instance in its grace',
      { batch: { ...batch, state: 'baking', bakeRest: -1 }, dueRest: 4 },
      { next: 'BakeBatch', seconds: 4 },
    ],
    ['ends a bake', { batch: { ...batch, done: 5, state: 'baking', bakeRest: 0 } }, { kind: 'finishBake', batch: 0 }],
    [
      'stops at a gate',
      { batch: { ...batch, state: 'baking', bakeRest: 0, gate: true } },
      { kind: 'hold', hold: 'gate', batch: 0 },
    ],
    ['begins the next batch', { batch: { ...batch, done: 5, state: 'done' } }, { next: 'DeployBatch' }],
    ['completes after the last', { batch: { ...batch, index: 1, done: 5, state: 'done' } }, { kind: 'complete' }],
    ['rolls back on a failure', { failures: 1, batch: { ...batch, failed: 1 } }, { kind: 'rollBack' }],
    [
      'rolls back on a failure in a bake',
      { failures: 1, batch: { ...batch, state: 'baking', bakeRest: 9 } },
      { kind: 'rollBack' },
    ],
    [
      'stops on a failure if told so',
      { failures: 1, batch, strategy: completeStrategy({ type: 'rolling', onFailure: 'pause' }) },
      { kind: 'hold', hold: 'failure' },
    ],
    [
      'goes on within the failures allowed',
      { failures: 2, batch, strategy: completeStrategy({ type: 'rolling', maxFailures: 2 }) },
      { next: 'DeployBatch' },
    ],
    [
      'stops on an alert, and names it with the way to the service',
      { alert: alertOn('checkout', 'cart', 's'), batch },
      {
        kind: 'hold',
        hold: 'alert',
        batch: 0,
        reason: 'alert HighErrors (error) on checkout, which depends on cart, which depends on s: 7 % fail',
        details: { path: ['checkout', 'cart', 's'] },
      },
    ],
    [
      'stops on an alert before the first batch',
      { alert: { ...alertOn('s'), others: 2 } },
      { kind: 'hold', batch: 0, reason: 'alert HighErrors (error) on s: 7 % fail, and 2 more' },
    ],
    ['goes back on an alert if told so', { alert: alertOn('s'), onAlert: 'rollback', batch }, { kind: 'rollBack' }],
    [
      'ignores an alert if told so',
      { alert: alertOn('s'), onAlert: 'ignore', batch: { ...batch, done: 5 } },
      { kind: 'finishBatch' },
    ],
    ['plans before it stops on an alert', { alert: alertOn('s'), planned: false, plannable: 1 }, { kind: 'plan' }],
    [
      'does not go on past an alert to the next batch, or to its end',
      { alert: alertOn('s'), batch: { ...batch, index: 1, done: 5, state: 'done' } },
      { kind: 'hold', hold: 'alert', batch: 1 },
    ],
    [
      'goes by what has failed before it goes by an alert',
      { alert: alertOn('s'), failures: 1, batch },
      { kind: 'rollBack', reason: expect.stringContaining('1 failed') },
    ],
    [
      'goes back on an alert while paused if told so',
      { status: 'paused', alert: alertOn('s'), onAlert: 'rollback' },
      { kind: 'rollBack', details: { alert: { name: 'HighErrors' } } },
    ],
    [
      'waits for a person while paused, whatever fires',
      { status: 'paused', alert: alertOn('s') },
      { next: 'AwaitContinue' },
    ],
    [
      'waits for a person while paused, whatever has failed',
      { status: 'paused', failures: 9, overdue: 3, batch },
      { next: 'AwaitContinue' },
    ],
    ['leaves a rollback to its own machine', { status: 'rollingBack' }, { next: 'RollingBack' }],
    ['ends with a completed deployment', { status: 'completed' }, { next: 'Completed' }],
    ['ends with a failed deployment', { status: 'failed' }, { next: 'Failed' }],
  ] as [string, Partial<Facts>, object][])('%s', (_, differing, expected) => {
    expect(decideRollout({ ...facts, ...differing })).toMatchObject(expected);
  });
});

describe('a rollback', () => {
  const undo = { index: 3, size: 4, done: 0, failed: 0, state: 'undoing' } as const;

  it.each([
    ['begins to undo a batch', { undo: { ...undo, state: 'done' } }, { next: 'UndoBatch', seconds: 600 }],
    ['waits until the nearest deadline', { undo: { ...undo, done: 3 }, dueRest: 8 }, { next: 'UndoBatch', seconds: 8 }],
    ['gives up on whoever is overdue', { undo, overdue: 2 }, { kind: 'failOverdue' }],
    [
      'goes on past instances that do not return',
      { undo: { ...undo, done: 1, failed: 3 } },
      { kind: 'finishUndo', batch: 3 },
    ],
    ['ends when nothing is left', { undo: null, notReturned: [] }, { kind: 'finishRollback', failure: null }],
    [
      'names those that did not return',
      { undo: null, notReturned: ['a', 'b'] },
      { kind: 'finishRollback', failure: expect.stringContaining('a, b') },
    ],
    ['ends with a rolled back deployment', { status: 'rolledBack' }, { next: 'RolledBack' }],
    ['ends with a failed one', { status: 'failed' }, { next: 'Failed' }],
    ['gives way to any other status', { status: 'deploying' }, { next: 'Superseded' }],
  ] as [string, Partial<Facts>, object][])('%s', (_, differing, expected) => {
    expect(decideRollback({ ...facts, status: 'rollingBack', ...differing })).toMatchObject(expected);
  });
});

describe('an alert in words', () => {
  const on = { ...alertOn('s').alert, message: '' };

  it.each([
    ['names a version', { ...on, version: 'v2' }, ['s'], 'alert HighErrors (error) on s v2'],
    ['is a reported state', { ...on, source: 'state', name: 'smoke' }, ['s'], 'state smoke (error) on s'],
    ['is a reported state without a name', { ...on, source: 'state', name: 'state' }, ['s'], 'state (error) on s'],
    [
      'leaves the middle of a long way out',
      on,
      ['s', 'a', 'b', 'c', 'd', 'e', 'f', 'g'],
      `alert HighErrors (error) on ${['s', 'a', 'b', 'c', '…', 'e', 'f', 'g'].join(', which depends on ')}`,
    ],
    ['is short', { ...on, message: 'x'.repeat(2000) }, ['s'], `alert HighErrors (error) on s: ${'x'.repeat(300)}`],
    [
      'is cut within no character',
      { ...on, message: `${'x'.repeat(299)}\u{1f525}` },
      ['s'],
      `alert HighErrors (error) on s: ${'x'.repeat(299)}\ufffd`,
    ],
  ] as [string, FiredAlert['alert'], string[], string][])('%s', (_, alert, path, words) => {
    expect(describeAlert({ alert, path })).toBe(words);
  });
});
