import { createHash } from 'node:crypto';
import type { MultiValues } from './multi-values.ts';
import type { RequestIds } from './request-ids.ts';
import type { RequestTarget } from './request-target.ts';
import type { GatewayRoute, RouteMatch } from './router.ts';

export interface ProxyRequest {
  readonly method: string;
  readonly httpVersion: string;
  readonly target: RequestTarget;
  readonly match: RouteMatch<GatewayRoute>;
  readonly headers: MultiValues;
  readonly query: MultiValues;
  /** UTF-8 text; empty when there is none. */
  readonly body: string;
  readonly host: string;
  readonly userAgent: string | null;
  readonly sourceIp: string;
  readonly ids: RequestIds;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly accountId: string;
  /** What an authorizer said of the caller, where there is one. */
  readonly authorizer?: Readonly<Record<string, string>>;
}

const API_ID = 'local00000';
const DEPLOYMENT_ID = 'local0';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The event that a REST API with Lambda proxy integration sends to a function. */
export function createProxyEvent(request: ProxyRequest): object {
  return {
    ...describeRequest(request),
    body: request.body === '' ? null : request.body,
    isBase64Encoded: false,
  };
}

/** The event that a REST API sends to an authorizer of type REQUEST. */
export function createAuthorizerEvent(request: ProxyRequest, region: string): { readonly methodArn: string } {
  const { accountId, target, method } = request;
  const methodArn = `arn:aws:execute-api:${region}:${accountId}:${API_ID}/${target.stage}/${method}${target.path}`;
  const event = { type: 'REQUEST', methodArn, ...describeRequest(request) };
  return event;
}

function describeRequest(request: ProxyRequest): object {
  const { target, match, headers, query } = request;
  return {
    resource: match.route.path,
    path: target.path,
    httpMethod: request.method,
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: query.single,
    multiValueQueryStringParameters: query.multi,
    pathParameters: match.pathParameters,
    stageVariables: null,
    requestContext: createRequestContext(request),
  };
}

function createRequestContext({ target, match, ids, ...request }: ProxyRequest): object {
  return {
    resourceId: nameResource(match.route.path),
    ...(request.authorizer && { authorizer: request.authorizer }),
    resourcePath: match.route.path,
    httpMethod: request.method,
    extendedRequestId: ids.extendedRequestId,
    requestTime: formatRequestTime(new Date(request.time)),
    path: target.contextPath,
    accountId: request.accountId,
    protocol: `HTTP/${request.httpVersion}`,
    stage: target.stage,
    domainPrefix: request.host.split('.', 1)[0],
    requestTimeEpoch: request.time,
    requestId: ids.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: request.userAgent,
      user: null,
    },
    domainName: request.host,
    deploymentId: DEPLOYMENT_ID,
    apiId: API_ID,
  };
}

const resourceIds = new Map<string, string>();

/** Six characters that stay the same for a resource, as AWS's ids do. */
function nameResource(path: string): string {
  let id = resourceIds.get(path);
  if (id === undefined) {
    id = createHash('sha256').update(path).digest('hex').slice(0, 6);
    resourceIds.set(path, id);
  }
  return id;
}

/** `09/Apr/2026:12:34:56 +0000` */
function formatRequestTime(time: Date): string {
  const day = String(time.getUTCDate()).padStart(2, '0');
  const clock = time.toISOString().slice(11, 19);
  return `${day}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}:${clock} +0000`;
}
