import * as z from 'zod/mini';
import { instanceStates } from '#domain/instance-states.ts';
import { deploymentStatuses } from '#domain/statuses.ts';
import { anyCase, batchIndex, cursor, deployID, limit, serviceName, text } from '../fields.ts';
import { input, postInput } from '../request.ts';

const path = { deployID };

/** `schedule`, `inDeployment` and `finished` are the names of groups. */
export const statusGroups = {
  schedule: ['scheduled'],
  inDeployment: ['deploying', 'paused', 'rollingBack'],
  finished: ['completed', 'rolledBack', 'failed'],
} as const;

export const listDeploymentsInput = input({
  query: {
    service: z.optional(serviceName),
    status: z.optional(anyCase(deploymentStatuses)),
    type: z.optional(anyCase([...deploymentStatuses, 'schedule', 'inDeployment', 'finished'])),
    limit: z.optional(limit),
    start: z.optional(cursor('deployments', 'number', 'string')),
  },
});

export const getDeploymentInput = input({ path });

export const deleteDeploymentInput = input({ path });

const reason = z.optional(text(1000));

export const pauseDeploymentInput = postInput({ path, body: z.optional(z.strictObject({ reason })) });

export const continueDeploymentInput = postInput({
  path,
  body: z.optional(
    z.strictObject({
      reason,
      waitID: z.optional(z.string().check(z.regex(/^\d{1,9}$/, 'is not the id of a wait'))),
    }),
  ),
});

export const rollBackDeploymentInput = pauseDeploymentInput;

export const listDeploymentInstancesInput = input({
  path,
  query: {
    batch: z.optional(batchIndex),
    state: z.optional(anyCase(instanceStates)),
    limit: z.optional(limit),
    start: z.optional(cursor('deploymentInstances', 'number', 'number')),
  },
});

export const listDeploymentEventsInput = input({
  path,
  query: { limit: z.optional(limit), start: z.optional(cursor('deploymentEvents', 'number')) },
});
