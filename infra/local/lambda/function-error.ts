import { isNativeError } from 'node:util/types';
import { RESPONSE_BYTES } from './limits.ts';

/** A fault of the runtime around the handler; its name becomes the `errorType`. */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The handler did not end in time. AWS kills the sandbox here, so there is no trace. */
export class TaskTimeout extends Error {
  constructor(seconds: number) {
    super(`Task timed out after ${seconds.toFixed(2)} seconds`);
  }
}

/**
 * What a failed call answers as its payload.
 * @returns JSON text: `{errorType, errorMessage, trace?}`
 */
export function serializeFunctionError(thrown: unknown, requestId: string): string {
  if (thrown instanceof TaskTimeout) {
    return JSON.stringify({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: ${thrown.message}`,
    });
  }
  if (isNativeError(thrown)) {
    return JSON.stringify({
      errorType: thrown.name,
      errorMessage: thrown.message,
      trace: (thrown.stack ?? '').split('\n'),
    });
  }
  return JSON.stringify({ errorType: typeof thrown, errorMessage: describe(thrown), trace: [] });
}

/** The payload in place of a response that is too large. */
export function serializeResponseTooLarge(): string {
  return JSON.stringify({
    errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  });
}

function describe(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'Unknown error';
  }
}
