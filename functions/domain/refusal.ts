/**
 * Why a request was refused: each code with the HTTP status that says so. The list is closed: clients may switch on it.
 * Codes of the SQL functions are in it too, under the same names, and those of what API Gateway answers by itself.
 */
export const refusalStatus = {
  invalidRequest: 400,
  dependencyCycle: 400,
  unauthorized: 401,
  forbidden: 403,
  serviceNotFound: 404,
  instanceNotFound: 404,
  deploymentNotFound: 404,
  tokenNotFound: 404,
  routeNotFound: 404,
  serviceExists: 409,
  versionExists: 409,
  serviceHasDependents: 409,
  serviceHasDeployments: 409,
  instanceOfOtherService: 409,
  deploymentActive: 409,
  versionIsCurrent: 409,
  allInstancesLost: 409,
  statusConflict: 409,
  waitConflict: 409,
  notLatestDeployment: 409,
  idempotencyKeyReused: 409,
  requestTooLarge: 413,
  tooManyRequests: 429,
  headersTooLarge: 431,
  internalError: 500,
  functionFailed: 502,
  metricsUnavailable: 502,
  databaseBusy: 503,
  databaseUnavailable: 503,
  workflowsUnavailable: 503,
  metricsNotConfigured: 503,
  authorizerUnavailable: 503,
  functionTimedOut: 504,
} as const;

export type RefusalCode = keyof typeof refusalStatus;

/** A request that was understood and refused; `details` become members of the problem document. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: RefusalCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
