import * as z from 'zod/mini';
import { verdicts } from '#domain/analysis/look.ts';
import { comparedMetrics, reactions } from '#domain/analysis/policy.ts';
import { metricNames } from '#domain/metrics/names.ts';
import { deploymentStatuses } from '#domain/statuses.ts';
import { deployID, instanceID, serviceName, version } from '../fields.ts';
import { timestamp } from '../schema.ts';

const count = z.int().check(z.minimum(0));
const seconds = z.number().check(z.minimum(0));

/** The index of a batch. */
export const batch = count;
export const status = z.enum(deploymentStatuses);

const common = {
  batchTimeoutSeconds: seconds,
  graceSeconds: seconds,
  maxFailures: count,
  onFailure: z.enum(['rollback', 'pause']),
};

/** With its defaults filled in, and durations in seconds. */
const strategy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rolling'), batchSize: z.union([count, z.string()]), bakeSeconds: seconds, ...common }),
  z.object({
    type: z.literal('canary'),
    steps: z.array(z.object({ weight: z.number(), bakeSeconds: seconds, gate: z.boolean() })),
    ...common,
  }),
  z.object({ type: z.literal('allAtOnce'), ...common }),
]);
z.globalRegistry.add(strategy, { id: 'Strategy' });

const reaction = z.enum(reactions);
const bounds = { max: z.optional(z.number()), min: z.optional(z.number()) };

/** With its defaults filled in, and durations in seconds. */
export const policy = z.object({
  interval: seconds,
  initialDelay: seconds,
  count,
  watch: seconds,
  window: seconds,
  checks: z.array(
    z.union([
      z.object({ metric: z.enum(comparedMetrics), maxIncrease: z.number() }),
      z.object({ metric: z.enum(metricNames), ...bounds }),
      z.object({ query: z.string(), ...bounds }),
    ]),
  ),
  failureLimit: count,
  providerErrorLimit: count,
  minSamples: count,
  onNoData: reaction,
  onProviderError: reaction,
  alpha: z.number(),
});
z.globalRegistry.add(policy, { id: 'Policy' });

const plan = z.object({
  batches: z.array(
    z.object({
      index: batch,
      size: count,
      bakeSeconds: seconds,
      state: z.enum(['pending', 'deploying', 'baking', 'gated', 'done', 'undoing', 'undone']),
      done: count,
      failed: count,
      instances: z.array(instanceID).check(z.maxLength(50)),
    }),
  ),
});
z.globalRegistry.add(plan, { id: 'Plan' });

export const summary = z.object({
  id: deployID,
  service: serviceName,
  version,
  previousVersion: z.optional(version),
  status,
  isPaused: z.boolean(),
  strategy,
  analysis: z.optional(policy),
  lastLook: z.optional(
    z.object({ number: count, batch, time: timestamp, verdict: z.enum(verdicts), reason: z.optional(z.string()) }),
  ),
  onAlert: z.enum(['pause', 'rollback', 'ignore']),
  force: z.optional(z.literal(true)),
  createTime: timestamp,
  scheduleTime: z.optional(timestamp),
  startTime: z.optional(timestamp),
  finishTime: z.optional(timestamp),
  description: z.optional(z.string()),
  reason: z.optional(z.string()),
  waitingFor: z.optional(
    z.object({
      id: z.string(),
      kind: z.enum(['pause', 'gate', 'failure', 'alert', 'analysis']),
      batch: z.optional(batch),
    }),
  ),
  progress: z.object({
    total: count,
    done: count,
    failed: count,
    percent: z.int().check(z.minimum(0), z.maximum(100)),
  }),
});
z.globalRegistry.add(summary, { id: 'DeploymentSummary' });

export const deployment = z.extend(summary, { plan });
z.globalRegistry.add(deployment, { id: 'Deployment' });

const warnings = z.optional(z.array(z.string()));
z.globalRegistry.add(warnings, {
  description: 'What will keep it from being judged as asked; absent where nothing does.',
});

/** As it is answered to whoever makes or changes it. */
export const madeDeployment = z.extend(deployment, { warnings });
z.globalRegistry.add(madeDeployment, { id: 'MadeDeployment' });

export const plannedDeployment = z.object({
  service: serviceName,
  version,
  strategy,
  analysis: z.optional(policy),
  scheduleTime: z.optional(timestamp),
  instances: count,
  plan,
  warnings,
});
z.globalRegistry.add(plannedDeployment, { id: 'PlannedDeployment' });
