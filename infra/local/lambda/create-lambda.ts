import { randomUUID } from 'node:crypto';
import type { AwsService } from '../aws-service.ts';
import { checkEnvironments } from './check-environments.ts';
import { createEventQueue } from './event-queue.ts';
import { formatFunctionArn, parseFunctionName, resolveFunction } from './function-names.ts';
import type { FunctionSpec } from './function-spec.ts';
import { answerLambdaRequest, FUNCTIONS_PATH } from './lambda-api.ts';
import { SYNC_REQUEST_BYTES } from './limits.ts';
import { createLocalFunction, type InvokeResult, type LocalFunction } from './local-function.ts';
import { syncRequestTooLarge } from './service-error.ts';

export interface LambdaOptions {
  readonly region: string;
  readonly accountId: string;
  readonly functions: readonly FunctionSpec[];
  /** Told of asynchronous calls that fail. */
  readonly log?: (message: string) => void;
  /** Seconds before each further try of an asynchronous call; AWS's by default. */
  readonly retryDelaysSeconds?: readonly number[];
}

export interface Lambda extends AwsService {
  /**
   * Calls a function of this process, by name or ARN, without HTTP but under the same limits.
   * What the function throws is a result with `functionError`.
   * @throws LambdaServiceError when there is no such function, or the payload is too large
   */
  invoke(name: string, payload: unknown): Promise<InvokeResult>;
}

/**
 * AWS Lambda over handlers of this process.
 * @throws Error when two functions want different values of one environment variable
 */
export function createLambda({ log = () => {}, retryDelaysSeconds, ...options }: LambdaOptions): Lambda {
  checkEnvironments(options.functions);
  const { region, accountId } = options;
  const functions = new Map<string, LocalFunction>(
    options.functions.map(spec => [
      spec.name,
      createLocalFunction(spec, formatFunctionArn(region, accountId, spec.name)),
    ]),
  );
  const events = createEventQueue(log, retryDelaysSeconds);

  return {
    matches: request => request.path.startsWith(FUNCTIONS_PATH),
    handle: request => answerLambdaRequest({ region, accountId, functions, events }, request),
    async invoke(name, payload) {
      const target = functions.get(name) ?? resolveFunction(parseFunctionName(name, null, options), functions);
      const text = JSON.stringify(payload) ?? '{}';
      if (Buffer.byteLength(text) > SYNC_REQUEST_BYTES) throw syncRequestTooLarge();
      return target.invoke(text, randomUUID());
    },
    async close() {
      events.close();
    },
  };
}
