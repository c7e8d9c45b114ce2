import { acceptStop, conclude } from './analysis/conclude.ts';
import { type Tally, tallyOf } from './analysis/tally.ts';
import { type BatchFacts, type Facts, restOfBatch } from './facts.ts';
import { describeAlert, type FiredAlert } from './fired-alert.ts';
import { type PlannedBatch, planBatches } from './plan.ts';

/** What a rollout does next: change the deployment and look again, or go to a state of its machine. */
export type RolloutDecision = RolloutAct | RolloutMove;

export type RolloutAct =
  | { readonly kind: 'start'; readonly reason: string }
  | { readonly kind: 'plan'; readonly batches: readonly PlannedBatch[]; readonly reason: string }
  | { readonly kind: 'failOverdue'; readonly reason: string }
  | { readonly kind: 'finishBatch'; readonly batch: number; readonly reason: string }
  | { readonly kind: 'finishBake'; readonly batch: number; readonly reason: string }
  | {
      readonly kind: 'hold';
      readonly hold: Hold;
      readonly batch: number;
      readonly reason: string;
      /** What the record is to show of it. */
      readonly details?: object;
      /** What is left of the looks' tally once a person goes on. */
      readonly acceptedTally?: Tally;
    }
  | { readonly kind: 'rollBack'; readonly reason: string; readonly details?: object }
  | { readonly kind: 'complete'; readonly reason: string };

/** Why it waits for a person by itself. */
export type Hold = 'gate' | 'failure' | 'alert' | 'analysis';

export interface RolloutMove {
  readonly kind: 'move';
  readonly next: 'AwaitSchedule' | 'DeployBatch' | 'BakeBatch' | 'JudgeBatch' | 'AwaitContinue' | RolloutEnd;
  /** The wait's time-out; of no meaning at an end. */
  readonly seconds: number;
  readonly reason: string;
}

export type RolloutEnd = 'Completed' | 'Failed' | 'RollingBack' | 'Superseded';

/** A wait for a person or a schedule is entered anew after this: long, yet far from the limit of a year. */
export const longestWaitSeconds = 7 * 24 * 60 * 60;

/** Decides from the facts alone. Every wait's time-out is a hint: whatever ends it, the facts are looked at anew. */
export function decideRollout(facts: Facts): RolloutDecision {
  switch (facts.status) {
    case 'scheduled':
      return decideScheduled(facts);
    case 'paused':
      return decidePaused(facts);
    case 'deploying':
      return decideDeploying(facts);
    case 'completed':
      return move('Completed', 0, 'it is completed');
    case 'rollingBack':
    case 'rolledBack':
      return move('RollingBack', 0, 'a rollback has taken over');
    case 'failed':
      return move('Failed', 0, 'it has failed');
  }
}

function decideScheduled(facts: Facts): RolloutDecision {
  const rest = facts.scheduleRest ?? 0;
  if (rest > 0) return move('AwaitSchedule', rest, 'its time has not come');
  if (facts.behind) return move('AwaitSchedule', longestWaitSeconds, `deployment ${facts.behind} is still active`);
  return { kind: 'start', reason: 'its time has come' };
}

function decideDeploying(facts: Facts): RolloutDecision {
  const { batch, strategy } = facts;
  if (!facts.planned) {
    const batches = planBatches(strategy, facts.plannable ?? 0, facts.analysis);
    return { kind: 'plan', batches, reason: `${facts.plannable ?? 0} instances` };
  }
  if (facts.failures > strategy.maxFailures) return decideFailure(facts);
  if (facts.alert && facts.onAlert !== 'ignore') return decideAlert(facts, facts.alert);
  if (facts.overdue > 0) return { kind: 'failOverdue', reason: `the time of ${facts.overdue} instances is over` };
  if (batch?.state === 'deploying') return decideBatch(batch, facts);
  if (batch?.state === 'baking') return decideBake(batch, facts);
  const next = batch ? batch.index + 1 : 0;
  if (next < facts.batchCount) return move('DeployBatch', strategy.batchTimeoutSeconds, `batch ${next} is next`);
  return { kind: 'complete', reason: `instances: ${facts.total}` };
}

/** Nobody is told anything new meanwhile, yet what was told may have to go back. */
function decidePaused(facts: Facts): RolloutDecision {
  if (facts.alert && facts.onAlert === 'rollback') return decideAlert(facts, facts.alert);
  return move('AwaitContinue', longestWaitSeconds, 'it waits for a person');
}

function decideAlert({ onAlert, batch }: Facts, { others, ...details }: FiredAlert): RolloutDecision {
  const reason = `${describeAlert(details)}${others > 0 ? `, and ${others} more` : ''}`;
  return onAlert === 'rollback'
    ? { kind: 'rollBack', reason, details }
    : { kind: 'hold', hold: 'alert', batch: batch?.index ?? 0, reason, details };
}

function decideFailure(facts: Facts): RolloutDecision {
  const batch = facts.batch?.index ?? 0;
  const reason = `${facts.failures} failed, ${facts.strategy.maxFailures} allowed; ${facts.failure ?? ''}`;
  return facts.strategy.onFailure === 'rollback'
    ? { kind: 'rollBack', reason }
    : { kind: 'hold', hold: 'failure', batch, reason };
}

function decideBatch(batch: BatchFacts, facts: Facts): RolloutDecision {
  const open = batch.size - batch.done - batch.failed;
  if (open <= 0) return { kind: 'finishBatch', batch: batch.index, reason: 'every instance is done' };
  return move('DeployBatch', restOfBatch(facts), `${open} instances are not done`);
}

function decideBake(batch: BatchFacts, facts: Facts): RolloutDecision {
  const judged = decideLook(batch, facts);
  if (judged) return judged;
  const rest = batch.bakeRest ?? 0;
  const lookRest = facts.look?.rest ?? 0;
  const rests = [rest, facts.dueRest ?? 0, lookRest].filter(seconds => seconds > 0);
  if (rests.length > 0) {
    const reason =
      rest > 0 ? 'the bake goes on' : lookRest > 0 ? 'it is looked at again' : 'an instance has yet to become well';
    return move('BakeBatch', Math.min(...rests), reason);
  }
  if (!batch.gate) return { kind: 'finishBake', batch: batch.index, reason: 'the bake is over' };
  return {
    kind: 'hold',
    hold: 'gate',
    batch: batch.index,
    reason: `the gate after batch ${batch.index} waits for a person`,
  };
}

/** What the looks at the bake say must be done now; undefined: it goes on as it would without them. */
function decideLook(batch: BatchFacts, facts: Facts): RolloutDecision | undefined {
  const { analysis: policy, look, strategy } = facts;
  if (!policy || !look || batch.bakeSeconds <= 0) return undefined;
  const tally = tallyOf(policy, batch.index, look.tally);
  const isOver = (batch.bakeRest ?? 0) <= 0 && look.rest === null;
  const conclusion = conclude(policy, tally, strategy.onFailure, isOver);
  if (conclusion.kind === 'stop') {
    const { verdict, reaction, reason } = conclusion;
    const details = { verdict, looks: tally.looks, samples: tally.samples, checks: tally.checks };
    return reaction === 'rollback'
      ? { kind: 'rollBack', reason, details }
      : {
          kind: 'hold',
          hold: 'analysis',
          batch: batch.index,
          reason,
          details,
          acceptedTally: acceptStop(policy, tally),
        };
  }
  if (look.rest === null || look.rest > 0) return undefined;
  return move('JudgeBatch', 1, 'it is to be looked at');
}

function move(next: RolloutMove['next'], seconds: number, reason: string): RolloutMove {
  return { kind: 'move', next, seconds: Math.min(seconds, longestWaitSeconds), reason };
}
