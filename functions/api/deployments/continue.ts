import { continueDeployment } from '#data/deployments.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { show } from './answer.ts';
import { continueDeploymentInput } from './input.ts';
import { requireStatus } from './require-status.ts';

export const handler = endpoint(
  continueDeploymentInput,
  async ({ path, body, actor, operationID, once }) => {
    const command = { deployID: path.deployID, actor, operationID, reason: body?.reason, waitID: body?.waitID };
    const { signals, ...changed } = await continueDeployment(command, once);
    await sendSignals(signals);
    return { status: 200, body: show(changed) };
  },
  { precheck: requireStatus('paused') },
);
