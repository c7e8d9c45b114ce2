import { updateDeployment } from '#data/deployments.ts';
import { completeStrategy } from '#domain/strategy.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { show } from './answer.ts';
import { updateDeploymentInput } from './release-input.ts';
import { requireStatus } from './require-status.ts';

export const handler = endpoint(
  updateDeploymentInput,
  async ({ path, body, actor, operationID, once }) => {
    const { version, scheduleTime } = body;
    const change = {
      version,
      // A time in the past means now.
      scheduleTime: scheduleTime && new Date(Math.max(scheduleTime.getTime(), Date.now())).toISOString(),
      strategy: body.strategy === undefined ? undefined : completeStrategy(body.strategy),
    };
    const { signals, ...changed } = await updateDeployment(
      { deployID: path.deployID, ...change, actor, operationID },
      once,
    );
    await sendSignals(signals);
    return { status: 200, body: show(changed) };
  },
  { precheck: requireStatus('scheduled') },
);
