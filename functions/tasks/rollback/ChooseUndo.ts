import { type Changed, failOverdue, finishRollback, finishUndo } from '#data/workflow.ts';
import { decideRollback, type RollbackAct } from '#domain/decide-rollback.ts';
import type { Facts } from '#domain/facts.ts';
import { chooseNext } from '../choose-next.ts';

export const handler = chooseNext('rollback', decideRollback, act);

/** Writes a decision, unless its facts have changed; answers the facts as they are then. */
async function act(decision: RollbackAct, facts: Facts): Promise<Changed> {
  const decided = { deployID: facts.deployID, generation: facts.generation, revision: facts.revision };
  switch (decision.kind) {
    case 'failOverdue':
      return failOverdue(decided);
    case 'finishUndo':
      return finishUndo({ ...decided, batch: decision.batch });
    case 'finishRollback':
      return finishRollback({ ...decided, reason: decision.failure });
  }
}
