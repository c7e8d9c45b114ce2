import pg from 'pg';
import type { Connection, Connections } from './connections.ts';
import { DataApiError, fromStatementError, isAnswer } from './errors.ts';
import { type Outcome, Statement, type StatementOptions } from './statement.ts';

/** Octets of a result as PostgreSQL sends it. */
const MAX_RESULT_SIZE = 1_048_576;
const TIMEOUT = 'canceling statement due to statement timeout';

export interface RunOptions extends Pick<StatementOptions, 'text' | 'name' | 'sets'> {
  readonly timeoutMs: number;
  readonly continueAfterTimeout: boolean;
}

/** A statement under way. */
export interface Run {
  /** @throws DataApiError, or PostgreSQL's error where {@link isStalePlan} */
  readonly answer: Promise<Outcome>;
  /** Whether its connection is still good, once nothing runs on it any more. */
  readonly settled: Promise<'reusable' | 'spoiled'>;
}

/** Runs a statement within the limits of time and size. */
export function runStatement(connections: Connections, connection: Connection, options: RunOptions): Run {
  const { promise: timedOut, reject: leaveRunning } = Promise.withResolvers<never>();
  let verdict: DataApiError | undefined;
  let cancelled: Promise<void> | undefined;
  const cancel = (error: DataApiError): void => {
    clearTimeout(timer);
    verdict = error;
    cancelled = connections.cancel(connection);
  };
  const statement = new Statement({
    ...options,
    maxSize: MAX_RESULT_SIZE,
    onOversize: () => cancel(new DataApiError('UnsupportedResultException', 'The result exceeds the size limit 1 MB.')),
  });
  const timer = setTimeout(() => {
    const error = timeoutOn(connection);
    if (options.continueAfterTimeout) leaveRunning(error);
    else cancel(error);
  }, options.timeoutMs);
  connection.client.query(statement);

  const finished = statement.result.then(
    outcome => {
      clearTimeout(timer);
      if (verdict) throw verdict;
      return outcome;
    },
    error => {
      clearTimeout(timer);
      if (verdict) throw verdict;
      // A role or a database may have a shorter limit of its own.
      if (isAnswer(error) && error.code === '57014' && error.message === TIMEOUT) throw timeoutOn(connection);
      throw isStalePlan(error) ? error : fromStatementError(error);
    },
  );
  return {
    answer: Promise.race([finished, timedOut]),
    settled: statement.result.then(
      () => settle(cancelled),
      error => settle(cancelled, error),
    ),
  };
}

function timeoutOn(connection: Connection): DataApiError {
  return new DataApiError('StatementTimeoutException', TIMEOUT, { dbConnectionId: connection.processId });
}

async function settle(cancelled: Promise<void> | undefined, error?: unknown): Promise<'reusable' | 'spoiled'> {
  // A cancellation may come late, and would hit the next statement.
  await cancelled;
  const isLost = error !== undefined && !isAnswer(error);
  return cancelled || isLost ? 'spoiled' : 'reusable';
}

/** A prepared statement whose columns have changed since: it has not run, and runs when prepared anew. */
export function isStalePlan(error: unknown): boolean {
  const text = 'cached plan must not change result type';
  return error instanceof pg.DatabaseError && error.code === '0A000' && error.message === text;
}
