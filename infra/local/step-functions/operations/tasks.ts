import { ServiceError } from '../errors.ts';
import { isTooLarge, Json } from '../interpreter/json.ts';
import { jsonFault } from '../json-fault.ts';
import type { Tokens } from '../tasks/tokens.ts';
import type { Operations } from './operation.ts';

interface TaskInput {
  readonly taskToken: string;
  readonly output: string;
  readonly error?: string;
  readonly cause?: string;
}

export function taskOperations(tokens: Tokens): Operations {
  return {
    SendTaskSuccess({ taskToken, output }: TaskInput) {
      const task = tokens.find(taskToken);
      requireJson(output);
      tokens.revoke(taskToken);
      task.succeed(Json.parse(output));
      return {};
    },

    SendTaskFailure({ taskToken, error, cause }: TaskInput) {
      const task = tokens.find(taskToken);
      tokens.revoke(taskToken);
      task.fail(error, cause);
      return {};
    },

    SendTaskHeartbeat({ taskToken }: TaskInput) {
      tokens.find(taskToken).heartbeat();
      return {};
    },
  };
}

function requireJson(output: string): void {
  const refuse = (reason: string) => new ServiceError('InvalidOutput', `Invalid Output: '${reason}'`);
  if (isTooLarge(output)) throw refuse('Output size exceeds the maximum number of bytes service limit.');
  const fault = jsonFault(output);
  if (fault !== undefined) throw refuse(fault);
}
