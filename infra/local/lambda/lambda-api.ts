import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse } from '../aws-service.ts';
import { describeFunction } from './describe-function.ts';
import type { EventQueue } from './event-queue.ts';
import { parseFunctionName, resolveFunction } from './function-names.ts';
import { ASYNC_REQUEST_BYTES, SYNC_REQUEST_BYTES } from './limits.ts';
import type { LocalFunction } from './local-function.ts';
import { parsePayload } from './parse-payload.ts';
import { asyncRequestTooLarge, LambdaServiceError, syncRequestTooLarge, validationError } from './service-error.ts';

export const FUNCTIONS_PATH = '/2015-03-31/functions';

export interface LambdaApi {
  readonly region: string;
  readonly accountId: string;
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly events: EventQueue;
}

/** Answers one request of Lambda's REST API: Invoke, GetFunction, GetFunctionConfiguration or ListFunctions. */
export async function answerLambdaRequest(api: LambdaApi, request: AwsRequest): Promise<AwsResponse> {
  const requestId = randomUUID();
  try {
    return await dispatch(api, request, requestId);
  } catch (error) {
    if (error instanceof LambdaServiceError) return formatError(error, requestId);
    throw error;
  }
}

function dispatch(api: LambdaApi, request: AwsRequest, requestId: string): Promise<AwsResponse> | AwsResponse {
  const [encodedName, action, ...rest] = request.path.slice(FUNCTIONS_PATH.length).split('/').filter(Boolean);
  const operation = rest.length > 0 ? 'unknown' : `${request.method} ${encodedName && ':name'} ${action}`;
  const find = () => {
    const reference = parseFunctionName(decodeName(encodedName ?? ''), request.query.get('Qualifier'), api);
    return resolveFunction(reference, api.functions);
  };

  switch (operation) {
    case 'POST :name invocations':
      return invoke(find(), request, api.events, requestId);
    case 'GET :name undefined':
      return formatJson(200, { Configuration: describeFunction(find()), Tags: {} }, requestId);
    case 'GET :name configuration':
      return formatJson(200, describeFunction(find()), requestId);
    case 'GET undefined undefined':
      return formatJson(200, { Functions: [...api.functions.values()].map(describeFunction) }, requestId);
    default:
      throw new LambdaServiceError('UnknownOperationException', 404, 'The operation is not available here');
  }
}

async function invoke(
  target: LocalFunction,
  request: AwsRequest,
  events: EventQueue,
  requestId: string,
): Promise<AwsResponse> {
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const bytes = request.body.byteLength;
  switch (type) {
    case 'DryRun':
      return { status: 204, headers: identify(requestId), body: '' };
    case 'Event': {
      if (bytes > ASYNC_REQUEST_BYTES) throw asyncRequestTooLarge(bytes);
      const payload = parsePayload(request.body);
      events.add(target.spec.name, () => target.invoke(payload, requestId));
      return { status: 202, headers: identify(requestId), body: '' };
    }
    case 'RequestResponse': {
      if (bytes > SYNC_REQUEST_BYTES) throw syncRequestTooLarge();
      const result = await target.invoke(parsePayload(request.body), requestId);
      return formatResult(result);
    }
    default:
      throw validationError(
        'invocationType',
        type,
        'Member must satisfy enum value set: [Event, RequestResponse, DryRun]',
      );
  }
}

function formatResult(result: Awaited<ReturnType<LocalFunction['invoke']>>): AwsResponse {
  const headers: Record<string, string> = {
    ...identify(result.requestId),
    'content-type': 'application/json',
    'x-amz-executed-version': result.executedVersion,
  };
  if (result.functionError !== undefined) headers['x-amz-function-error'] = result.functionError;
  return { status: result.statusCode, headers, body: result.payload };
}

function formatError(error: LambdaServiceError, requestId: string): AwsResponse {
  // Lambda's error shapes do not agree on how the member is written.
  const member = error.code === 'ResourceNotFoundException' ? 'Message' : 'message';
  const response = formatJson(error.status, { Type: 'User', [member]: error.message }, requestId);
  return { ...response, headers: { ...response.headers, 'x-amzn-errortype': error.code } };
}

function formatJson(status: number, body: unknown, requestId: string): AwsResponse {
  return {
    status,
    headers: { ...identify(requestId), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function identify(requestId: string): Record<string, string> {
  return { 'x-amzn-requestid': requestId };
}

function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
