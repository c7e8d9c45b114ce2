import * as z from 'zod/mini';
import { instanceStates } from '#domain/instance-states.ts';
import { deploymentStatuses } from '#domain/statuses.ts';
import { anyCase, batchIndex, cursor, deployID, limit, serviceName, text, time, version } from '../fields.ts';
import { input, postInput } from '../request.ts';
import { strategy } from './strategy.ts';

const path = { deployID };
const aYear = 365 * 86_400_000;

const scheduleTime = z.pipe(
  time,
  z.date().check(z.refine(at => at.getTime() - Date.now() <= aYear, 'must be within 365 days')),
);

const newDeployment = z
  .strictObject({
    service: serviceName,
    version,
    strategy: z.optional(strategy),
    scheduleTime: z.optional(scheduleTime),
    onFailure: z.optional(z.enum(['rollback', 'pause'])),
    onAlert: z.optional(z.enum(['pause', 'rollback', 'ignore'])),
    description: z.optional(text(1000)),
    force: z.optional(z.boolean()),
  })
  .check(
    z.check(({ value, issues }) => {
      const { strategy: asked, onFailure } = value;
      const inStrategy = typeof asked === 'object' ? asked.onFailure : undefined;
      if (inStrategy !== undefined && onFailure !== undefined && inStrategy !== onFailure) {
        const message = `contradicts strategy.onFailure, which is ${inStrategy}`;
        issues.push({ code: 'custom', message, input: onFailure, path: ['onFailure'] });
      }
    }),
  );

export const createDeploymentInput = postInput({
  query: { dryRun: z.optional(anyCase(['true', 'false'])) },
  body: newDeployment,
});

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

export const updateDeploymentInput = postInput({
  path,
  body: z.strictObject({
    version: z.optional(version),
    scheduleTime: z.optional(scheduleTime),
    strategy: z.optional(strategy),
  }),
});

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
