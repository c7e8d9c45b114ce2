import { deleteDeployment } from '#data/deployments.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { deleteDeploymentInput } from './input.ts';

export const handler = endpoint(deleteDeploymentInput, async ({ path, once }) => {
  await sendSignals(await deleteDeployment(path.deployID, once));
  return { status: 200, body: { id: path.deployID } };
});
