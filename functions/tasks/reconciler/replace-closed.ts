import { nextGeneration, type OpenDeployment } from '#data/workflow.ts';
import { machineOf } from '#domain/statuses.ts';
import { logger } from '#platform/powertools.ts';
import { startExecution } from '#platform/workflows.ts';

/** This many executions in a row that ended by a fault are somebody's business. */
const alarmingFaults = 5;

/** Thousands are looked at within the minute, and StartExecution's bucket of 800 is not emptied at once. */
const probesAtOnce = 10;

/** Sees to it that each of these deployments has an execution that runs; answers how many had none. */
export async function replaceClosed(open: readonly OpenDeployment[]): Promise<number> {
  let replaced = 0;
  const left = open.values();
  const work = async () => {
    for (const deployment of left) if (await tryReplace(deployment)) replaced += 1;
  };
  await Promise.all(Array.from({ length: probesAtOnce }, work));
  return replaced;
}

async function tryReplace(deployment: OpenDeployment): Promise<boolean> {
  try {
    return await replace(deployment);
  } catch (error) {
    logger.warn('not reconciled', { code: 'notReconciled', deployID: deployment.deployID, error: error as Error });
    return false;
  }
}

/**
 * Starts the next generation of a deployment whose execution has closed. To start the living one again is the probe: the
 * same answer means that it runs, and lists and descriptions of executions lag behind.
 */
async function replace({ deployID, generation, status }: OpenDeployment): Promise<boolean> {
  const probed = machineOf(status);
  if (!probed || (await startExecution(deployID, generation, probed)) === 'running') return false;
  const living = await nextGeneration({
    deployID,
    generation,
    fault: `the execution of generation ${generation} had ended`,
  });
  // It may have ended, or been removed, since it was seen open.
  const machine = living && machineOf(living.status);
  if (!machine) return false;
  if (living.faults >= alarmingFaults) {
    logger.error('executions keep ending', { code: 'executionsKeepEnding', deployID, faults: living.faults });
  }
  await startExecution(deployID, living.generation, machine);
  return true;
}
