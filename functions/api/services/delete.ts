import { deleteService } from '#data/services.ts';
import { endpoint } from '#platform/endpoint.ts';
import { deleteServiceInput } from './input.ts';

export const handler = endpoint(deleteServiceInput, async ({ path }) => {
  await deleteService(path.service);
  return { status: 200, body: { name: path.service } };
});
