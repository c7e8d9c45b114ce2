import * as z from 'zod/mini';
import { health, version } from '../fields.ts';
import { type Operation, timestamp } from '../schema.ts';
import { reportStateInput } from './input.ts';

const state = z.object({
  id: z.string(),
  health,
  version: z.optional(version),
  message: z.optional(z.string()),
  correlationId: z.optional(z.string()),
  reportTime: timestamp,
});
z.globalRegistry.add(state, { id: 'State' });

export const reportState: Operation = {
  tag: 'states',
  summary: 'Reports the state of a service, or of one version of it.',
  description:
    'It stands until another of the same version and correlation id is reported; `normal` resolves it. ' +
    'In `error` it acts on a release of its service, or of one that this depends on, as an alert does; a `warning` is only on its record.',
  input: reportStateInput,
  answers: { 201: { description: 'The state.', schema: state } },
  refusals: ['serviceNotFound'],
};
