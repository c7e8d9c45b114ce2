import { readDeployment, updateDeployment } from '#data/deployments.ts';
import type { Policy } from '#domain/analysis/policy.ts';
import { completeStrategy, type Strategy } from '#domain/strategy.ts';
import { endpoint } from '#platform/endpoint.ts';
import { sendSignals } from '#platform/workflows.ts';
import { show } from './answer.ts';
import { readAnalysis, readOverrides, requireFitting } from './read-analysis.ts';
import { updateDeploymentInput } from './release-input.ts';
import { requireStatus } from './require-status.ts';
import { warn } from './warn.ts';

export const handler = endpoint(
  updateDeploymentInput,
  async ({ path, body, actor, operationID, once }) => {
    const { version, scheduleTime } = body;
    const change = {
      version,
      // A time in the past means now.
      scheduleTime: scheduleTime && new Date(Math.max(scheduleTime.getTime(), Date.now())).toISOString(),
      strategy: body.strategy === undefined ? undefined : completeStrategy(body.strategy),
      analysis: readAnalysis(body.analysis),
      overrides: readOverrides(body.analysis),
    };
    await requireFittingChange(path.deployID, change);
    const { signals, ...changed } = await updateDeployment(
      { deployID: path.deployID, ...change, actor, operationID },
      once,
    );
    await sendSignals(signals);
    return { status: 200, body: { ...show(changed), ...warn(changed.deployment.analysis) } };
  },
  { precheck: requireStatus('scheduled') },
);

interface Change {
  readonly strategy: Strategy | undefined;
  readonly analysis: Policy | null | undefined;
}

/** Where one of the two is changed, it is held against the other as it is stored. */
async function requireFittingChange(deployID: string, { strategy, analysis }: Change): Promise<void> {
  if (analysis === null || (strategy === undefined && analysis === undefined)) return;
  const stored = strategy && analysis ? undefined : (await readDeployment(deployID))?.deployment;
  const together = { strategy: strategy ?? stored?.strategy, analysis: analysis ?? stored?.analysis };
  if (together.strategy) requireFitting(together.analysis, together.strategy);
}
