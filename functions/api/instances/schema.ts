import * as z from 'zod/mini';
import { deployID, health, instanceID, serviceName, version } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { deregisterInstanceInput, listInstancesInput, reportInstanceInput } from './input.ts';

const positive = z.number().check(z.gt(0));

const instance = z.object({
  id: instanceID,
  version: z.optional(version),
  health,
  lost: z.boolean(),
  message: z.optional(z.string()),
  labels: z.record(z.string(), z.string()),
  createTime: timestamp,
  reportTime: timestamp,
  reportAfterSeconds: positive,
});
z.globalRegistry.add(instance, { id: 'Instance' });

const desired = z.object({
  desiredVersion: z.nullable(version),
  artifact: z.optional(z.string()),
  deployID: z.optional(deployID),
  reportAfterSeconds: positive,
});
z.globalRegistry.add(desired, { id: 'Desired' });

export const listInstances: Operation = {
  tag: 'instances',
  summary: 'Lists the instances of a service: who runs what.',
  description: '`lost` ones have been silent for three of their own report intervals.',
  input: listInstancesInput,
  answers: { 200: { description: 'The instances, by id.', schema: page(instance) } },
  refusals: ['serviceNotFound'],
};

export const reportInstance: Operation = {
  tag: 'instances',
  summary: 'Reports the version and health of an instance; the first report registers it.',
  description:
    'The answer says what it should run (null: nothing was ever released) and when to report again. A report with an older `sequence` is answered, not stored. Ids are unique over all services: one that belongs to another is refused until it is deregistered there or, for anybody but an agent, lost.',
  input: reportInstanceInput,
  answers: { 200: { description: 'What it should run.', schema: desired } },
  refusals: ['serviceNotFound', 'instanceOfOtherService'],
};

export const deregisterInstance: Operation = {
  tag: 'instances',
  summary: 'Deregisters an instance, which leaves the plan of an active deployment too.',
  input: deregisterInstanceInput,
  answers: { 200: { description: 'Which it was.', schema: z.object({ service: serviceName, id: instanceID }) } },
  refusals: ['serviceNotFound', 'instanceNotFound'],
};
