import * as z from 'zod/mini';
import { deployID, health, version } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { createVersionInput, listActiveVersionsInput, listAvailableVersionsInput } from './input.ts';

const knownVersion = z.object({
  version,
  createTime: timestamp,
  artifact: z.optional(z.string()),
  description: z.optional(z.string()),
});
z.globalRegistry.add(knownVersion, { id: 'Version' });

const activeVersion = z.object({
  version,
  deployID: z.optional(deployID),
  startTime: z.optional(timestamp),
  estimatedCompletionTime: z.optional(timestamp),
  instances: z.int().check(z.minimum(0)),
  health,
});
z.globalRegistry.add(activeVersion, { id: 'ActiveVersion' });

export const createVersion: Operation = {
  tag: 'versions',
  summary: 'Registers a version of a service.',
  description: 'A version that is released without being registered is registered by that.',
  input: createVersionInput,
  answers: { 201: { description: 'The version.', schema: knownVersion } },
  refusals: ['serviceNotFound', 'versionExists'],
};

export const listActiveVersions: Operation = {
  tag: 'versions',
  summary: 'Lists the versions that instances of a service run, or are being told to run.',
  description:
    'Each with its latest deployment, if it had one. `estimatedCompletionTime` is the finish time once that is completed, and left out where nobody can tell.',
  input: listActiveVersionsInput,
  answers: { 200: { description: 'The versions, by name.', schema: page(activeVersion) } },
  refusals: ['serviceNotFound'],
};

export const listAvailableVersions: Operation = {
  tag: 'versions',
  summary: 'Lists the versions of a service that can be released.',
  description:
    'Those with a completed release, or being released, are left out (`type=unrelease`, the default); `type=all` has them too.',
  input: listAvailableVersionsInput,
  answers: { 200: { description: 'The versions, newest first.', schema: page(knownVersion) } },
  refusals: ['serviceNotFound'],
};
