import {
  type Changed,
  completeDeployment,
  failOverdue,
  finishBake,
  finishBatch,
  holdDeployment,
  planDeployment,
  readFacts,
  rollBackByVerdict,
  startDeployment,
} from '#data/workflow.ts';
import { decideRollout, type RolloutAct } from '#domain/decide-rollout.ts';
import type { Facts } from '#domain/facts.ts';
import { sendSignals, tryStartExecution } from '#platform/workflows.ts';
import { chooseNext } from '../choose-next.ts';

export const handler = chooseNext('rollout', decideRollout, act);

/** Writes a decision, unless its facts have changed; answers the facts as they are then. */
async function act(decision: RolloutAct, facts: Facts): Promise<Changed> {
  const decided = { deployID: facts.deployID, generation: facts.generation, revision: facts.revision };
  const { reason } = decision;
  switch (decision.kind) {
    case 'start':
      return startDeployment(decided);
    case 'plan':
      await planDeployment({ ...decided, batches: decision.batches });
      return { facts: await readFacts(facts.deployID), signals: [] };
    case 'failOverdue':
      return failOverdue(decided);
    case 'finishBatch':
      return finishBatch({ ...decided, batch: decision.batch });
    case 'finishBake':
      return finishBake({ ...decided, batch: decision.batch });
    case 'hold':
      return holdDeployment({
        ...decided,
        kind: decision.hold,
        batch: decision.batch,
        reason,
        details: decision.details,
        acceptedTally: decision.acceptedTally,
      });
    case 'complete':
      return completeDeployment({ ...decided, reason });
    case 'rollBack': {
      const { generation, signals } = await rollBackByVerdict({ ...decided, reason, details: decision.details });
      if (generation !== undefined) await tryStartExecution(facts.deployID, generation, 'rollback');
      await sendSignals(signals);
      return { facts: await readFacts(facts.deployID), signals: [] };
    }
  }
}
