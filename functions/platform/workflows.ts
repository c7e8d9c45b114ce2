import { clearTokens, type EndedWait } from '#data/workflow.ts';
import { Refusal } from '#domain/refusal.ts';
import { env } from './env.ts';
import { logger } from './powertools.ts';

export const machines = { rollout: env('ROLLOUT_MACHINE_ARN'), rollback: env('ROLLBACK_MACHINE_ARN') };

export type Machine = keyof typeof machines;

// What speaks to Step Functions is loaded when it is first needed, and by Node once: most reports never need it, and each
// would wait for it when its function starts.

/**
 * Starts the execution of one generation. Doing it twice does no harm: the same name and input is the same execution.
 * Answers `running` (now, or already) or `closed` (it was, and has ended).
 */
export async function startExecution(
  deployID: string,
  generation: number,
  machine: Machine,
): Promise<'running' | 'closed'> {
  try {
    const stepFunctions = await import('./step-functions/start-execution.ts');
    await stepFunctions.startExecution({
      stateMachineArn: machines[machine],
      name: `${deployID}-${generation}`,
      input: JSON.stringify({ deployID, generation }),
    });
    return 'running';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return 'closed';
    throw error;
  }
}

/**
 * As startExecution, after the commit that made it due: the request has succeeded by then, so a failure is logged and
 * left to the reconciler.
 */
export async function tryStartExecution(deployID: string, generation: number, machine: Machine): Promise<void> {
  try {
    await startExecution(deployID, generation, machine);
  } catch (error) {
    logger.warn('execution not started', { code: 'executionNotStarted', deployID, error: error as Error });
  }
}

/** These mean that the task has ended already, by another's signal or by its time-out. */
const settled = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/**
 * Lets a waiting task go on. The payload carries no decision: the task after the wait looks at the database. Rejects with a
 * Refusal when Step Functions does not take it, the client's own tries included.
 */
export async function sendToken(token: string): Promise<void> {
  try {
    const { sendTaskSuccess } = await import('./step-functions/send-task-success.ts');
    await sendTaskSuccess({ taskToken: token, output: '{}' });
  } catch (error) {
    if (error instanceof Error && settled.has(error.name)) return;
    throw new Refusal(
      'workflowsUnavailable',
      `The signal was not taken: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Sends the tokens of waits that have ended, then clears those; what fails is logged and left to the next report or the reconciler. */
export async function sendSignals(signals: readonly EndedWait[]): Promise<void> {
  if (signals.length === 0) return;
  const deployID = signals[0]?.deployID;
  const results = await Promise.allSettled(signals.map(({ token }) => sendToken(token)));
  const sent = signals.filter((_, index) => results[index]?.status === 'fulfilled');
  const failure = results.find(result => result.status === 'rejected');
  if (failure) logger.warn('signals not sent', { code: 'signalNotSent', deployID, error: failure.reason as Error });
  try {
    if (sent.length > 0) await clearTokens(sent);
  } catch (error) {
    logger.warn('tokens not cleared', { code: 'tokenNotCleared', deployID, error: error as Error });
  }
}
