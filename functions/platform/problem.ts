import { Refusal, type RefusalCode, refusalStatus } from '#domain/refusal.ts';

/** One thing that is wrong with a request: where (`body.deps[0]`, `query.limit`), and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** A few words for each code, which stand in every problem of it. */
export const titles: Record<RefusalCode, string> = {
  invalidRequest: 'The request is not valid',
  dependencyCycle: 'Dependencies form a cycle',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  serviceNotFound: 'Service not found',
  instanceNotFound: 'Instance not found',
  deploymentNotFound: 'Deployment not found',
  tokenNotFound: 'Token not found',
  routeNotFound: 'No such path or method',
  serviceExists: 'Service exists',
  versionExists: 'Version exists',
  serviceHasDependents: 'Service has dependents',
  serviceHasDeployments: 'Service has deployments',
  instanceOfOtherService: 'Instance belongs to another service',
  deploymentActive: 'A deployment is active',
  versionIsCurrent: 'Version is current',
  allInstancesLost: 'All instances are lost',
  statusConflict: 'Status does not allow this',
  waitConflict: 'Waits for something else',
  notLatestDeployment: 'Not the latest deployment',
  idempotencyKeyReused: 'Idempotency-Key reused',
  requestTooLarge: 'The request is too large',
  tooManyRequests: 'Too many requests',
  headersTooLarge: 'The headers are too large',
  internalError: 'Internal error',
  functionFailed: 'The function failed',
  metricsUnavailable: 'Metrics are unavailable',
  databaseBusy: 'Database is busy',
  databaseUnavailable: 'Database is unavailable',
  workflowsUnavailable: 'Workflows are unavailable',
  metricsNotConfigured: 'No metrics are configured',
  authorizerUnavailable: 'Tokens cannot be checked',
  functionTimedOut: 'The function took too long',
};

/** The refusal of a request with faults, which names them all. */
export function invalidRequest(faults: readonly Fault[]): Refusal {
  const detail = faults.length === 1 ? 'The request has a fault.' : `The request has ${faults.length} faults.`;
  return new Refusal('invalidRequest', detail, { errors: faults });
}

/** What of an error may leave: a refusal's words, and nothing of an error that nobody foresaw. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal('internalError', 'Something went wrong; the request id leads to what it was.');
}

export interface ProblemAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer that says why not, as RFC 9457 has it; a refusal's details become members of it. */
export function toProblem({ code, message, details }: Refusal, requestID: string): ProblemAnswer {
  const { status: deploymentStatus, ...others } = details;
  const status = refusalStatus[code];
  const retryAfter = details['retryAfterSeconds'];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...(typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {}),
    },
    body: JSON.stringify({
      type: `urn:service-manager:problem:${code}`,
      title: titles[code],
      status,
      detail: message,
      code,
      requestId: requestID,
      // `status` is HTTP's here.
      ...(deploymentStatus === undefined ? {} : { deploymentStatus }),
      ...others,
    }),
  };
}
