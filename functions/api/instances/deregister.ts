import { deregisterInstance } from '#data/instances.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { deregisterInstanceInput } from './input.ts';

export const handler = endpoint(deregisterInstanceInput, async ({ path: { service, id }, actor, once }) => {
  await sendSignals(await deregisterInstance({ service, id, actor }, once));
  return { status: 200, body: { service, id } };
});
