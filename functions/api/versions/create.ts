import { createVersion } from '#data/versions.ts';
import { endpoint } from '#platform/endpoint.ts';
import { createVersionInput } from './input.ts';

export const handler = endpoint(createVersionInput, async ({ path, body, once }) => {
  const { version, artifact, description } = body;
  return { status: 201, body: await createVersion({ service: path.service, version, artifact, description }, once) };
});
