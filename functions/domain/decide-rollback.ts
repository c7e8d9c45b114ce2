import { type Facts, restOfBatch } from './facts.ts';

/** What a rollback does next: change the deployment and look again, or go to a state of its machine. */
export type RollbackDecision = RollbackAct | RollbackMove;

export type RollbackAct =
  | { readonly kind: 'failOverdue'; readonly reason: string }
  | { readonly kind: 'finishUndo'; readonly batch: number; readonly reason: string }
  | { readonly kind: 'finishRollback'; readonly failure: string | null; readonly reason: string };

export interface RollbackMove {
  readonly kind: 'move';
  readonly next: 'UndoBatch' | 'RolledBack' | 'Failed' | 'Superseded';
  readonly seconds: number;
  readonly reason: string;
}

/** Decides from the facts alone: the touched batches are undone one at a time, last first, past those that do not come back. */
export function decideRollback(facts: Facts): RollbackDecision {
  if (facts.status === 'rolledBack') return move('RolledBack', 0, 'it is rolled back');
  if (facts.status === 'failed') return move('Failed', 0, 'instances did not come back');
  if (facts.status !== 'rollingBack') return move('Superseded', 0, `it is ${facts.status}`);
  const { undo } = facts;
  if (!undo) return { kind: 'finishRollback', failure: describeStuck(facts), reason: 'no batch is left to undo' };
  if (undo.state !== 'undoing') {
    return move('UndoBatch', facts.strategy.batchTimeoutSeconds, `batch ${undo.index} is to be undone`);
  }
  if (facts.overdue > 0) return { kind: 'failOverdue', reason: `the time of ${facts.overdue} instances is over` };
  const open = undo.size - undo.done - undo.failed;
  if (open <= 0) return { kind: 'finishUndo', batch: undo.index, reason: 'no instance is left to come back' };
  return move('UndoBatch', restOfBatch(facts), `${open} instances are not back`);
}

function describeStuck({ notReturned }: Facts): string | null {
  return notReturned?.length ? `not back at their previous version: ${notReturned.join(', ')}` : null;
}

function move(next: RollbackMove['next'], seconds: number, reason: string): RollbackMove {
  return { kind: 'move', next, seconds, reason };
}
