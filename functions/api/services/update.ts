import { updateService } from '#data/services.ts';
import { endpoint } from '#platform/endpoint.ts';
import { updateServiceInput } from './input.ts';

export const handler = endpoint(updateServiceInput, async ({ path, body, once }) => {
  return { status: 200, body: await updateService({ name: path.service, deps: body.deps }, once) };
});
