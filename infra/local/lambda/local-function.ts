import { serializeFunctionError, serializeResponseTooLarge, TaskTimeout } from './function-error.ts';
import type { FunctionSpec } from './function-spec.ts';
import { createInvocationContext, nameLogStream } from './invocation-context.ts';
import { INIT_SECONDS, RESPONSE_BYTES } from './limits.ts';
import { createHandlerLoader } from './load-handler.ts';
import { settleWithin } from './settle-within.ts';

/** How a call ended. `payload` is JSON text: the function's answer, or its error when `functionError` is there. */
export interface InvokeResult {
  readonly statusCode: 200;
  readonly executedVersion: '$LATEST';
  readonly requestId: string;
  readonly payload: string;
  readonly functionError?: 'Unhandled';
}

export interface LocalFunction {
  readonly spec: FunctionSpec;
  readonly arn: string;
  /** Calls the handler with the event that is written in `payload`; never rejects. */
  invoke(payload: string, requestId: string): Promise<InvokeResult>;
}

/** A function of this process: loaded by its first call, and called with its own timeout. */
export function createLocalFunction(spec: FunctionSpec, arn: string): LocalFunction {
  const load = createHandlerLoader(spec);
  const identity = { name: spec.name, arn, memoryMB: spec.memoryMB, logStreamName: nameLogStream(new Date()) };

  const timeoutMs = spec.timeoutSeconds * 1000;
  const timeOut = () => new TaskTimeout(spec.timeoutSeconds);

  async function callHandler(payload: string, requestId: string): Promise<string> {
    const handler = await settleWithin(load(), timeoutMs + INIT_SECONDS * 1000, timeOut);
    const context = createInvocationContext(identity, requestId, Date.now() + timeoutMs);
    const result = await settleWithin(handler(JSON.parse(payload), context), timeoutMs, timeOut);
    return serializeResult(result);
  }

  return {
    spec,
    arn,
    async invoke(payload, requestId) {
      try {
        const answer = await callHandler(payload, requestId);
        if (Buffer.byteLength(answer) <= RESPONSE_BYTES) return succeed(answer, requestId);
        return fail(serializeResponseTooLarge(), requestId);
      } catch (error) {
        return fail(serializeFunctionError(error, requestId), requestId);
      }
    },
  };
}

function succeed(payload: string, requestId: string): InvokeResult {
  return { statusCode: 200, executedVersion: '$LATEST', requestId, payload };
}

function fail(payload: string, requestId: string): InvokeResult {
  return { ...succeed(payload, requestId), functionError: 'Unhandled' };
}

function serializeResult(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}
