import { reportInstance } from '#data/instances.ts';
import { endpoint } from '#platform/endpoint.ts';
import { envNumber } from '#platform/env.ts';
import { sendSignals } from '#platform/workflows.ts';
import { reportInstanceInput } from './input.ts';

const pace = {
  rate: envNumber('REPORT_RATE'),
  fastSeconds: envNumber('REPORT_FAST_SECONDS'),
  slowSeconds: envNumber('REPORT_SLOW_SECONDS'),
};

export const handler = endpoint(
  reportInstanceInput,
  async ({ path, body, actor, once }) => {
    const { desired, signals } = await reportInstance({ ...path, ...body, ...pace, actor }, once);
    await sendSignals(signals);
    return { status: 200, body: desired };
  },
  { asker: 'fleet' },
);
