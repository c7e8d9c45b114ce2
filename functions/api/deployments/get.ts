import { readDeployment } from '#data/deployments.ts';
import { Refusal } from '#domain/refusal.ts';
import { endpoint } from '#platform/endpoint.ts';
import { show } from './answer.ts';
import { getDeploymentInput } from './input.ts';

export const handler = endpoint(getDeploymentInput, async ({ path }) => {
  const found = await readDeployment(path.deployID);
  if (!found) throw new Refusal('deploymentNotFound', 'There is no such deployment.');
  return { status: 200, body: show(found) };
});
