import { reportState } from '#data/states.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { reportStateInput } from './input.ts';

export const handler = endpoint(
  reportStateInput,
  async ({ path, body, actor, once }) => {
    const { stored, signals } = await reportState({ service: path.service, ...body, actor }, once);
    await sendSignals(signals);
    return { status: 201, body: stored };
  },
  { asker: 'fleet' },
);
