import { createService } from '#data/services.ts';
import { endpoint } from '#platform/endpoint.ts';
import { createServiceInput } from './input.ts';

export const handler = endpoint(createServiceInput, async ({ body, once }) => {
  const { name, deps = [] } = body;
  return { status: 201, body: await createService({ name, deps }, once) };
});
