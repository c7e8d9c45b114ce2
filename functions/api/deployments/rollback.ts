import { rollBackDeployment } from '#data/deployments.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals, tryStartExecution } from '#platform/workflows.ts';
import { show } from './answer.ts';
import { rollBackDeploymentInput } from './input.ts';
import { requireStatus } from './require-status.ts';

export const handler = endpoint(
  rollBackDeploymentInput,
  async ({ path, body, actor, operationID, once }) => {
    const command = { deployID: path.deployID, actor, operationID, reason: body?.reason };
    const { signals, generation, ...changed } = await rollBackDeployment(command, once);
    // The execution that undoes first, then the one that it takes over from is let go.
    if (generation !== undefined) await tryStartExecution(path.deployID, generation, 'rollback');
    await sendSignals(signals);
    return { status: 200, body: show(changed) };
  },
  { precheck: requireStatus('deploying', 'paused', 'completed', 'failed') },
);
