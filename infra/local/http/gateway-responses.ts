/** What API Gateway answers by itself: these never reach a function. The keys are AWS's gateway response types. */
export interface GatewayResponse {
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
}

export type GatewayResponseType = keyof typeof GATEWAY_RESPONSES;

export const GATEWAY_RESPONSES = {
  /** Malformed HTTP. */
  BAD_REQUEST: { status: 400, errorType: 'BadRequestException', message: 'Bad Request' },
  /** The first segment of the path names no stage. */
  FORBIDDEN: { status: 403, errorType: 'ForbiddenException', message: 'Forbidden' },
  /** No such resource, or no such method on it. */
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    errorType: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  },
  /** No token, or one that the authorizer does not know. */
  UNAUTHORIZED: { status: 401, errorType: 'UnauthorizedException', message: 'Unauthorized' },
  /** The authorizer's policy does not allow the call. */
  ACCESS_DENIED: {
    status: 403,
    errorType: 'AccessDeniedException',
    message: 'User is not authorized to access this resource',
  },
  /** The authorizer failed, or its answer is not one. */
  AUTHORIZER_FAILURE: { status: 500, errorType: 'AuthorizerFailureException', message: 'Internal server error' },
  REQUEST_TOO_LARGE: {
    status: 413,
    errorType: 'RequestTooLargeException',
    message: 'HTTP content length exceeded 10485760 bytes.',
  },
  /** Within the gateway's limit, but the event is more than a function may be sent. */
  EVENT_TOO_LARGE: { status: 413, errorType: 'RequestTooLargeException', message: 'Request Too Long' },
  /** The status is an assumption: AWS documents the limit, not the answer. */
  HEADERS_TOO_LARGE: {
    status: 431,
    errorType: 'RequestHeaderFieldsTooLargeException',
    message: 'Request Header Fields Too Large',
  },
  /** The function failed, or its reply is not one of a proxy. */
  INTEGRATION_FAILURE: { status: 502, errorType: 'InternalServerErrorException', message: 'Internal server error' },
  INTEGRATION_TIMEOUT: {
    status: 504,
    errorType: 'InternalServerErrorException',
    message: 'Endpoint request timed out',
  },
} as const satisfies Record<string, GatewayResponse>;

/** What goes to the client, under the ids that API Gateway adds. */
export interface RenderedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes a gateway response; so that every error of an API can have one envelope, as in AWS. */
export type RenderGatewayResponse = (type: GatewayResponseType, requestId: string) => RenderedResponse;

/** AWS's own template. Of denials it has the capital M. */
export const renderDefaultResponse: RenderGatewayResponse = type => {
  const { status, message } = GATEWAY_RESPONSES[type];
  return {
    status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(type === 'ACCESS_DENIED' ? { Message: message } : { message }),
  };
};
