import { ExecuteStatementCommand, RDSDataClient, type SqlParameter } from '@aws-sdk/client-rds-data';
import { explainRefusal } from '#domain/explain-refusal.ts';
import { Refusal, type RefusalCode, refusalStatus } from '#domain/refusal.ts';
import { env } from './env.ts';

const cluster = {
  resourceArn: env('DATABASE_CLUSTER_ARN'),
  secretArn: env('DATABASE_SECRET_ARN'),
  database: env('DATABASE_NAME'),
};

/**
 * One attempt: ExecuteStatement has no client token, so a repeat after a lost answer could run a statement twice.
 * Nobody waits longer than API Gateway's 29 s; the Data API itself may take 45 s.
 */
const client = new RDSDataClient({ maxAttempts: 1 });

export type Parameter = string | number | boolean | null;

/** The rows of a statement that answers one column of JSON documents, nulls left out. Rejects with Refusal when the database is busy or away. */
export async function query<Row>(sql: string, parameters: Readonly<Record<string, Parameter>> = {}): Promise<Row[]> {
  try {
    const result = await client.send(
      new ExecuteStatementCommand({
        ...cluster,
        sql,
        parameters: Object.entries(parameters).map(([name, value]) => toParameter(name, value)),
      }),
    );
    return (result.records ?? []).flatMap(([field]) =>
      field?.stringValue ? [JSON.parse(field.stringValue) as Row] : [],
    );
  } catch (error) {
    throw translate(error);
  }
}

/** What a caller must say for a request that is done once for each key. */
export interface Once {
  readonly key: string;
  /** Of method, path and body: another request under the same key is refused. */
  readonly fingerprint: string;
}

export interface FunctionRow {
  readonly row: string;
  readonly [member: string]: unknown;
}

/**
 * Calls a function of `migrations/functions` as one statement, at most once for each key where `once` is given.
 * A row `refused` becomes the Refusal it names.
 */
export async function callFunction<Row extends FunctionRow>(name: string, args: object, once?: Once): Promise<Row[]> {
  const rows = once
    ? await query<Row>('select call_once(:key, :fingerprint, :name, :args::jsonb)', {
        key: once.key,
        fingerprint: once.fingerprint,
        name,
        args: JSON.stringify(args),
      })
    : await query<Row>(`select ${name}(:args::jsonb)`, { args: JSON.stringify(args) });
  const refused = rows.find(({ row }) => row === 'refused');
  if (refused) throw toRefusal(refused);
  return rows;
}

function toParameter(name: string, value: Parameter): SqlParameter {
  if (value === null) return { name, value: { isNull: true } };
  if (typeof value === 'string') return { name, value: { stringValue: value } };
  if (typeof value === 'boolean') return { name, value: { booleanValue: value } };
  return { name, value: Number.isInteger(value) ? { longValue: value } : { doubleValue: value } };
}

function toRefusal(refused: FunctionRow): Error {
  const { row: _, code, ...details } = refused;
  if (typeof code !== 'string' || !(code in refusalStatus)) return new Error(`Unknown refusal: ${String(code)}`);
  const known = code as RefusalCode;
  return new Refusal(known, explainRefusal(known, details), details);
}

/** A lock that was not had in time and a database that is away are answers, not faults. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const sqlState = /SQLState: (\w{5})/.exec(error.message)?.[1];
  if (sqlState === '55P03' || sqlState === '57014' || sqlState === '40001' || sqlState === '40P01') {
    return new Refusal('databaseBusy', 'The database is busy with the same rows; try again.', { retryAfterSeconds: 1 });
  }
  if (sqlState === undefined ? isAway(error) : awayStates.test(sqlState)) {
    return new Refusal('databaseUnavailable', 'The database cannot be reached; try again.', { retryAfterSeconds: 5 });
  }
  return error;
}

/** A connection that was lost, a server that is full, and one that is ended, starts, or hands over to another. */
const awayStates = /^(?:08|53|57P)/;

/** Without PostgreSQL's own word for it: the Data API's, or nobody's, since nobody answered. */
function isAway(error: Error): boolean {
  return unavailable.has(error.name) || !('$metadata' in error);
}

const unavailable = new Set([
  'DatabaseResumingException',
  'DatabaseUnavailableException',
  'InternalServerErrorException',
  'ServiceUnavailableError',
  'StatementTimeoutException',
  'ThrottlingException',
  'TimeoutError',
]);
