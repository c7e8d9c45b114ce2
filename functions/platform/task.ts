import type { Context } from 'aws-lambda';
import { Refusal } from '#domain/refusal.ts';
import { patiently } from './patience.ts';
import { logger } from './powertools.ts';

/** What every task is given: which deployment, and which of its executions asks. */
export interface TaskInput {
  readonly deployID: string;
  readonly generation: number;
}

/**
 * A Lambda that a state machine calls. A refusal leaves under its code as the error's name, which is what the Retry of the
 * machines lists; anything else under its own name, which ends the execution as Errored and moves no release.
 */
export function task<Input extends TaskInput, Output>(run: (input: Input) => Promise<Output>) {
  return async (input: Input, context: Context): Promise<Output> => {
    const { deployID, generation } = input;
    try {
      return await patiently('task', context.awsRequestId, () => run(input));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      logger.error('task failed', {
        code: 'taskFailed',
        deployID,
        generation,
        requestID: context.awsRequestId,
        error: failure,
      });
      if (failure instanceof Refusal) failure.name = failure.code;
      throw failure;
    }
  };
}
