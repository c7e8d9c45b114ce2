import * as z from 'zod/mini';
import { instanceStates } from '#domain/instance-states.ts';
import { deployID, health, instanceID, version } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { batch, deployment, madeDeployment, plannedDeployment, status, summary } from './documents.ts';
import * as input from './input.ts';
import { createDeploymentInput, updateDeploymentInput } from './release-input.ts';

const tag = 'deployments';
const exampleBody = { service: 'user-service', version: 'v1.2.0', strategy: 'rolling' };

const exampleAnswer = {
  id: '7b2e1c2a-2f7f-4c39-9a39-0d8f6c1b7a55',
  ...exampleBody,
  status: 'deploying',
  isPaused: false,
  strategy: {
    type: 'rolling',
    batchSize: '25%',
    bakeSeconds: 0,
    batchTimeoutSeconds: 600,
    graceSeconds: 10,
    maxFailures: 0,
    onFailure: 'rollback',
  },
  onAlert: 'pause',
  createTime: '2030-01-31T09:00:00.000Z',
  startTime: '2030-01-31T09:00:00.000Z',
  progress: { total: 2, done: 0, failed: 0, percent: 0 },
  plan: {
    batches: [
      { index: 0, size: 1, bakeSeconds: 0, state: 'pending', done: 0, failed: 0, instances: ['user-1'] },
      { index: 1, size: 1, bakeSeconds: 0, state: 'pending', done: 0, failed: 0, instances: ['user-2'] },
    ],
  },
};

const shown = { 200: { description: 'The deployment.', schema: deployment } };

export const createDeployment: Operation = {
  tag,
  summary: 'Releases a version of a service, now or at its time.',
  description:
    'With `dryRun=true` it answers 200 with the plan and changes nothing; what would be refused is refused in the same words, as while another deployment of the service is active, unless it has a `scheduleTime` ahead. `analysis` is what it is judged by: `true` means the default policy, `false` none; without it, what the service has in its settings, which is also what an object leaves out. ' +
    '`warnings` say what will keep it from being judged as asked, such as that no Prometheus is configured. ' +
    '`onAlert` is what it does about alerts that begin meanwhile.',
  input: createDeploymentInput,
  answers: {
    200: { description: 'The plan, of a dry run.', schema: plannedDeployment },
    201: { description: 'The deployment.', schema: madeDeployment },
  },
  refusals: ['serviceNotFound', 'deploymentActive', 'versionIsCurrent', 'allInstancesLost'],
  example: { body: exampleBody, answer: exampleAnswer },
};

export const listDeployments: Operation = {
  tag,
  summary: 'Lists deployments, newest first, without their plans.',
  description:
    '`type` takes a status, or `schedule` (scheduled), `inDeployment` (deploying, paused, rollingBack), `finished` (completed, rolledBack, failed).',
  input: input.listDeploymentsInput,
  answers: { 200: { description: 'The deployments.', schema: page(summary) } },
  refusals: [],
};

export const getDeployment: Operation = {
  tag,
  summary: 'Shows a deployment with its plan and progress.',
  description: 'Each batch shows its first 50 instances; `/deployments/{deployID}/instances` has all.',
  input: input.getDeploymentInput,
  answers: shown,
  refusals: ['deploymentNotFound'],
};

export const updateDeployment: Operation = {
  tag,
  summary: 'Changes a deployment that has not started.',
  input: updateDeploymentInput,
  answers: { 200: { description: 'The deployment.', schema: madeDeployment } },
  refusals: ['deploymentNotFound', 'statusConflict'],
};

export const deleteDeployment: Operation = {
  tag,
  summary: 'Removes a deployment that has not started.',
  input: input.deleteDeploymentInput,
  answers: { 200: { description: 'Which it was.', schema: z.object({ id: deployID }) } },
  refusals: ['deploymentNotFound', 'statusConflict'],
};

export const pauseDeployment: Operation = {
  tag,
  summary: 'Pauses a deployment: no further instance is told the version.',
  input: input.pauseDeploymentInput,
  answers: shown,
  refusals: ['deploymentNotFound', 'statusConflict'],
};

export const continueDeployment: Operation = {
  tag,
  summary: 'Goes on with a deployment that is paused, waits for a person at a gate, or has stopped by itself.',
  description:
    '`waitID` names the wait that is meant; without it, whatever wait there is ends. What stopped the deployment is accepted as far as it has gone.',
  input: input.continueDeploymentInput,
  answers: shown,
  refusals: ['deploymentNotFound', 'statusConflict', 'waitConflict'],
};

export const rollBackDeployment: Operation = {
  tag,
  summary: 'Takes a deployment back: its instances return to the versions they had, last batch first.',
  input: input.rollBackDeploymentInput,
  answers: shown,
  refusals: ['deploymentNotFound', 'statusConflict', 'notLatestDeployment'],
};

const deploymentInstance = z.object({
  id: instanceID,
  batch,
  state: z.enum(instanceStates),
  previousVersion: z.optional(version),
  toldTime: z.optional(timestamp),
  toldBackTime: z.optional(timestamp),
  message: z.optional(z.string()),
  updatedAtLook: z.optional(z.int()),
  version: z.optional(version),
  health: z.optional(health),
});
z.globalRegistry.add(deploymentInstance, { id: 'DeploymentInstance' });

export const listDeploymentInstances: Operation = {
  tag,
  summary: 'Lists the instances of a deployment, in the order of its plan, each with its batch and state.',
  description:
    '`updatedAtLook` is the first look, of those in `/deployments/{deployID}/samples`, that one spent wholly on the new version.',
  input: input.listDeploymentInstancesInput,
  answers: { 200: { description: 'The instances.', schema: page(deploymentInstance) } },
  refusals: ['deploymentNotFound'],
};

const event = z.object({
  id: z.string(),
  time: timestamp,
  type: z.string(),
  actor: z.optional(z.object({ name: z.string(), role: z.string() })),
  from: z.optional(status),
  to: z.optional(status),
  batch: z.optional(batch),
  instance: z.optional(instanceID),
  reason: z.optional(z.string()),
  details: z.optional(z.record(z.string(), z.unknown())),
});
z.globalRegistry.add(event, { id: 'DeploymentEvent' });

export const listDeploymentEvents: Operation = {
  tag,
  summary: 'Lists what happened to a deployment and why, oldest first.',
  description:
    'Every change of status has `from` and `to`; the first one has only `to`. `details` are the facts of what was decided, by `type`: of `looked` what `/deployments/{deployID}/looks` shows, of `pausedOnAnalysis` and `rollbackStarted` the verdict and what the looks add up to, of `pausedOnAlert` the alert and the path to it.',
  input: input.listDeploymentEventsInput,
  answers: { 200: { description: 'The events.', schema: page(event) } },
  refusals: ['deploymentNotFound'],
};
