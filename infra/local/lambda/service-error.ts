import { ASYNC_REQUEST_BYTES, SYNC_REQUEST_BYTES } from './limits.ts';

/** An error of the Lambda service itself, as its API answers it; what a function throws is never one. */
export class LambdaServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** 404. AWS names the version too when a function is invoked: `…:function:name:$LATEST`. */
export function functionNotFound(arn: string): LambdaServiceError {
  return new LambdaServiceError('ResourceNotFoundException', 404, `Function not found: ${arn}`);
}

/** 400, for a payload that is not JSON. */
export function invalidRequestContent(reason: string): LambdaServiceError {
  const message = `Could not parse request body into json: Could not parse payload into json: ${reason}`;
  return new LambdaServiceError('InvalidRequestContentException', 400, message);
}

/** 413. The API model says `RequestTooLargeException`, but this is the name that AWS sends. */
function requestTooLarge(message: string): LambdaServiceError {
  return new LambdaServiceError('RequestEntityTooLargeException', 413, message);
}

export function syncRequestTooLarge(): LambdaServiceError {
  return requestTooLarge(`Request must be smaller than ${SYNC_REQUEST_BYTES} bytes for the InvokeFunction operation`);
}

export function asyncRequestTooLarge(bytes: number): LambdaServiceError {
  return requestTooLarge(
    `${bytes} byte payload is too large for the Event invocation type (limit ${ASYNC_REQUEST_BYTES} bytes)`,
  );
}

/** 400, for a parameter that breaks its constraint. */
export function validationError(parameter: string, value: string, constraint: string): LambdaServiceError {
  const message = `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint: ${constraint}`;
  return new LambdaServiceError('ValidationException', 400, message);
}
