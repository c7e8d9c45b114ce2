import { deleteService } from '#data/services.ts';
import { endpoint } from '#platform/endpoint.ts';
import { deleteServiceInput } from './input.ts';

export const handler = endpoint(deleteServiceInput, async ({ path, once }) => {
  await deleteService(path.service, once);
  return { status: 200, body: { name: path.service } };
});
