/**
 * What is known of a statement whose call has failed:
 * `nothingRan`: it did not run, or was rolled back, so it may be sent again;
 * `mayHaveRun`: nobody can say, so it may be sent again only where that does no harm;
 * `busy`: it has waited for others as long as it may, and was rolled back;
 * `final`: sent again it would fail again.
 */
export type DatabaseFault = 'nothingRan' | 'mayHaveRun' | 'busy' | 'final';

export function faultOf(error: unknown): DatabaseFault {
  if (!(error instanceof Error)) return 'final';
  const state = sqlState(error);
  if (state !== undefined) return faultOfState(state);
  if (error.name === 'StatementTimeoutException') return 'busy';
  if (neverBegun.has(error.name)) return 'nothingRan';
  const { $metadata, code } = error as Error & { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const { httpStatusCode: status = 0 } = $metadata ?? {};
  if (status === 429 || neverConnected.has(String(code))) return 'nothingRan';
  // Its connection was cut, in the middle of a good answer even, or our own patience ended.
  const isUnanswered = /^E[A-Z]+$/.test(String(code)) || unanswered.has(error.name) || status === 200;
  return isUnanswered || status >= 500 ? 'mayHaveRun' : 'final';
}

/** A database that pauses itself is coming back. */
export function isResuming(error: unknown): boolean {
  return error instanceof Error && error.name === 'DatabaseResumingException';
}

/** The five characters of PostgreSQL's error code; undefined where PostgreSQL has not answered. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error ? /SQLState: (\w{5})/.exec(error.message)?.[1] : undefined;
}

/** Names without a status of their own kind: the cluster, or the Data API, took nothing on. */
const neverBegun = new Set([
  'DatabaseResumingException',
  'InvalidResourceStateException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
]);

const unanswered = new Set(['TimeoutError', 'AbortError']);

/** Not EHOSTUNREACH: a connection that is open can end by it, too. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

function faultOfState(state: string): DatabaseFault {
  // A lock that was not had in time, and a statement that took too long.
  if (state === '55P03' || state === '57014') return 'busy';
  // Lost against another transaction; a server that is full, takes nobody in yet, has just become a reader, or is given a new
  // password at this moment.
  if (/^(?:40001|40P01|53|57P03|25006|28P01)/.test(state)) return 'nothingRan';
  // A connection that was lost, and a server that ends or hands over: the commit may have come first.
  return /^(?:08|57P)/.test(state) ? 'mayHaveRun' : 'final';
}
