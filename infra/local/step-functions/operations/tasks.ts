import { ServiceError, validationFailed } from '../errors.ts';
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

const MAX_ERROR = 256;
const MAX_CAUSE = 32_768;

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
      requireLength('error', error, MAX_ERROR);
      requireLength('cause', cause, MAX_CAUSE);
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

function requireLength(member: string, text: string | undefined, most: number): void {
  if (text === undefined || text.length <= most) return;
  throw validationFailed(text, member, `Member must have length less than or equal to ${most}`);
}

function requireJson(output: string): void {
  const refuse = (reason: string) => new ServiceError('InvalidOutput', `Invalid Output: '${reason}'`);
  if (isTooLarge(output)) throw refuse('Output size exceeds the maximum number of bytes service limit.');
  const fault = jsonFault(output);
  if (fault !== undefined) throw refuse(fault);
}
