import { pauseDeployment } from '#data/deployments.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { show } from './answer.ts';
import { pauseDeploymentInput } from './input.ts';
import { requireStatus } from './require-status.ts';

export const handler = endpoint(
  pauseDeploymentInput,
  async ({ path, body, actor, operationID, once }) => {
    const command = { deployID: path.deployID, actor, operationID, reason: body?.reason };
    const { signals, ...changed } = await pauseDeployment(command, once);
    await sendSignals(signals);
    return { status: 200, body: show(changed) };
  },
  { precheck: requireStatus('deploying') },
);
