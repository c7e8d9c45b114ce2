import pg from 'pg';

type ErrorName =
  | 'BadRequestException'
  | 'DatabaseErrorException'
  | 'HttpEndpointNotEnabledException'
  | 'SecretsErrorException'
  | 'SerializationException'
  | 'StatementTimeoutException'
  | 'TransactionNotFoundException'
  | 'UnsupportedResultException'
  | 'ValidationException';

/** These have no message on the wire. */
type FaultName =
  | 'DatabaseUnavailableException'
  | 'InternalFailure'
  | 'InternalServerErrorException'
  | 'ServiceUnavailableError';

const STATUS: Readonly<Record<ErrorName | FaultName, number>> = {
  BadRequestException: 400,
  DatabaseErrorException: 400,
  HttpEndpointNotEnabledException: 400,
  SecretsErrorException: 400,
  SerializationException: 400,
  StatementTimeoutException: 400,
  TransactionNotFoundException: 404,
  UnsupportedResultException: 400,
  ValidationException: 400,
  InternalFailure: 500,
  InternalServerErrorException: 500,
  ServiceUnavailableError: 503,
  DatabaseUnavailableException: 504,
};

/** An answer of the Data API that is an error. */
export class DataApiError extends Error {
  readonly status: number;
  override readonly name: ErrorName | FaultName;
  /** The body of the answer. */
  readonly members: Readonly<Record<string, string | number>>;

  constructor(name: ErrorName, message: string, members?: Readonly<Record<string, number>>);
  constructor(name: FaultName);
  constructor(name: ErrorName | FaultName, message?: string, members: Readonly<Record<string, number>> = {}) {
    super(message ?? name);
    this.name = name;
    this.status = STATUS[name];
    this.members = message === undefined ? members : { message, ...members };
  }
}

/** COPY wants a stream, which the Data API does not have. */
export class CopyError extends Error {
  constructor(message: string) {
    super(`execute: unexpected message: ${message}`);
  }
}

/** The server is there, but takes nobody in: starting, stopping, or full. */
const NOT_NOW = new Set(['57P03', '53300', '57P01', '57P02']);

/** Turns what connecting to PostgreSQL threw into the Data API's error: the statement has not run. */
export function fromConnectError(error: unknown): DataApiError {
  if (!(error instanceof pg.DatabaseError)) return new DataApiError('DatabaseUnavailableException');
  if (NOT_NOW.has(error.code ?? '')) return new DataApiError('ServiceUnavailableError');
  return fromDatabaseError(error);
}

/** Turns what running a statement threw into the Data API's error; without an answer it may have run. */
export function fromStatementError(error: unknown): DataApiError {
  if (error instanceof DataApiError) return error;
  if (error instanceof CopyError) return new DataApiError('DatabaseErrorException', error.message);
  if (!isAnswer(error)) return new DataApiError('InternalServerErrorException');
  // PostgreSQL finds several commands while it parses, so none of them has run.
  if (error.code === '42601' && error.message.startsWith('cannot insert multiple commands')) {
    return new DataApiError('ValidationException', "Multistatements aren't supported.");
  }
  return fromDatabaseError(error);
}

/** Whether PostgreSQL refused the statement; anything else ends the connection, and leaves open what has run. */
export function isAnswer(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

function fromDatabaseError(error: pg.DatabaseError): DataApiError {
  const parts = [`${error.severity}: ${error.message}`];
  if (error.detail) parts.push(`Detail: ${error.detail}`);
  if (error.hint) parts.push(`Hint: ${error.hint}`);
  if (error.position) parts.push(`Position: ${error.position}`);
  parts.push(`SQLState: ${error.code}`);
  return new DataApiError('DatabaseErrorException', parts.join('; '));
}
