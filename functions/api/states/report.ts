import { reportState } from '#data/states.ts';
import { endpoint } from '#platform/endpoint.ts';
import { reportStateInput } from './input.ts';

export const handler = endpoint(
  reportStateInput,
  async ({ path, body, once }) => {
    return { status: 201, body: await reportState({ service: path.service, ...body }, once) };
  },
  { asker: 'fleet' },
);
