import { revokeToken } from '#data/tokens.ts';
import { endpoint } from '#platform/endpoint.ts';
import { revokeTokenInput } from './input.ts';

export const handler = endpoint(revokeTokenInput, async ({ path, actor, once }) => {
  await revokeToken({ id: path.id, actor }, once);
  return { status: 200, body: { id: path.id } };
});
