import { randomUUID } from 'node:crypto';
import {
  createDeployment,
  type NewDeployment,
  planDeployment,
  previewPlan,
  type StoredDeployment,
  tryDeployment,
} from '#data/deployments.ts';
import { planBatches } from '#domain/plan.ts';
import { completeStrategy, type StrategyInput, type StrategySettings } from '#domain/strategy.ts';
import type { Once } from '#platform/database.ts';
import { endpoint } from '#platform/endpoint.ts';
import { alsoOnce } from '#platform/idempotency.ts';
import { logger } from '#platform/powertools.ts';
import { tryStartExecution } from '#platform/workflows.ts';
import { show, showPlan } from './answer.ts';
import { readAnalysis, readOverrides, requireFitting } from './read-analysis.ts';
import { createDeploymentInput } from './release-input.ts';
import { warn } from './warn.ts';

export const handler = endpoint(createDeploymentInput, async ({ body, query, actor, once }) => {
  const { service, version, onAlert, description, force = false } = body;
  const strategy = completeStrategy(joinOnFailure(body.strategy, body.onFailure));
  // What is past by our clock is now: it must not become a schedule by the database's.
  const scheduleTime =
    body.scheduleTime && body.scheduleTime.getTime() > Date.now() ? body.scheduleTime.toISOString() : undefined;
  const analysis = readAnalysis(body.analysis);
  requireFitting(analysis, strategy);
  const overrides = readOverrides(body.analysis);
  const release = { id: randomUUID(), service, version, strategy, analysis, overrides };
  const asked = { ...release, onAlert, description, scheduleTime, force, actor };
  if (query.dryRun === 'true') return { status: 200, body: await preview(asked, once) };
  const made = await createDeployment(asked, once);
  const planned = await plan(made, made.count, once);
  await tryStartExecution(made.deployment.id, made.deployment.generation, 'rollout');
  return { status: 201, body: { ...show(planned), ...warn(planned.deployment.analysis) } };
});

/** `onFailure` may stand beside the strategy as well as in it. */
function joinOnFailure(strategy: StrategyInput = 'rolling', onFailure: StrategySettings['onFailure']): StrategyInput {
  if (onFailure === undefined) return strategy;
  return typeof strategy === 'string' ? { type: strategy, onFailure } : { ...strategy, onFailure };
}

/** Its first plan, so that the answer shows it. The deployment is there already: what fails here the rollout does again. */
async function plan(made: StoredDeployment, count: number | undefined, once: Once): Promise<StoredDeployment> {
  if (count === undefined) return made;
  try {
    // Under the same key the plan is answered as it was at first, too.
    const { strategy, analysis } = made.deployment;
    return await planDeployment(made.deployment, planBatches(strategy, count, analysis), alsoOnce(once, 'plan'));
  } catch (error) {
    logger.warn('plan not made', { code: 'planNotMade', deployID: made.deployment.id, error: error as Error });
    return made;
  }
}

async function preview(asked: NewDeployment, once: Once) {
  const { service, version, strategy, scheduleTime } = asked;
  const { count, analysis } = await tryDeployment(asked, once);
  requireFitting(analysis, strategy, count);
  const batches = await previewPlan(service, planBatches(strategy, count, analysis), alsoOnce(once, 'plan'));
  return {
    service,
    version,
    strategy,
    ...(analysis && { analysis }),
    ...(scheduleTime && { scheduleTime }),
    instances: count,
    plan: showPlan(batches),
    ...warn(analysis),
  };
}
