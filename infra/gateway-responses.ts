import { Refusal, type RefusalCode } from '../functions/domain/refusal.ts';
import { toProblem } from '../functions/platform/problem.ts';

interface GatewayProblem {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

const routeNotFound = {
  code: 'routeNotFound',
  detail: 'The API has no such path, or no such method on it.',
} as const;

const unauthorized = {
  code: 'unauthorized',
  detail: 'A token is needed, as in "Authorization: Bearer …", that is known and has not expired.',
} as const;

const forbidden = {
  code: 'forbidden',
  detail: 'The role of the token, or the service that it is for, does not allow this.',
} as const;

const badRequest = { code: 'invalidRequest', detail: 'The request is not one that the API can take.' } as const;

const authorizerUnavailable = {
  code: 'authorizerUnavailable',
  detail: 'The token cannot be checked now; try again.',
  retryAfterSeconds: 5,
} as const;

const internalError = {
  code: 'internalError',
  detail: 'Something went wrong; the request id leads to what it was.',
} as const;

const tooManyRequests = {
  code: 'tooManyRequests',
  detail: 'There are more requests than are let in; try again later.',
  retryAfterSeconds: 5,
} as const;

/** What API Gateway answers by itself, by AWS's gateway response types, as the API says it. */
export const gatewayProblems = {
  ACCESS_DENIED: forbidden,
  API_CONFIGURATION_ERROR: internalError,
  AUTHORIZER_CONFIGURATION_ERROR: authorizerUnavailable,
  /** The authorizer failed, or did not answer in time: its database is away. */
  AUTHORIZER_FAILURE: authorizerUnavailable,
  BAD_REQUEST_BODY: badRequest,
  BAD_REQUEST_PARAMETERS: badRequest,
  DEFAULT_4XX: badRequest,
  DEFAULT_5XX: internalError,
  // A path that no method has falls to AWS's own signatures: who sends a bearer token there has sent a malformed one of those.
  EXPIRED_TOKEN: routeNotFound,
  INTEGRATION_FAILURE: { code: 'functionFailed', detail: 'The function failed; the request id leads to why.' },
  INTEGRATION_TIMEOUT: { code: 'functionTimedOut', detail: 'The function did not answer in time.' },
  INVALID_API_KEY: forbidden,
  INVALID_SIGNATURE: routeNotFound,
  MISSING_AUTHENTICATION_TOKEN: routeNotFound,
  QUOTA_EXCEEDED: tooManyRequests,
  REQUEST_TOO_LARGE: { code: 'requestTooLarge', detail: 'The request is larger than a function can be sent.' },
  RESOURCE_NOT_FOUND: routeNotFound,
  THROTTLED: tooManyRequests,
  UNAUTHORIZED: unauthorized,
  UNSUPPORTED_MEDIA_TYPE: badRequest,
  WAF_FILTERED: { code: 'forbidden', detail: 'A rule of the firewall before the API does not let this through.' },
} as const satisfies Record<string, GatewayProblem>;

export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param requestID in a template `$context.requestId`, which API Gateway fills in */
export function renderProblem({ code, detail, retryAfterSeconds }: GatewayProblem, requestID: string): RenderedProblem {
  const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  const { statusCode, headers, body } = toProblem(new Refusal(code, detail, details), requestID);
  return {
    status: statusCode,
    headers: statusCode === 401 ? { ...headers, 'www-authenticate': 'Bearer' } : headers,
    body,
  };
}
