import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandOutput,
  RDSDataClient,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import { explainRefusal } from '#domain/explain-refusal.ts';
import { Refusal, type RefusalCode, refusalStatus } from '#domain/refusal.ts';
import { env } from './env.ts';
import { sendPatiently } from './send-patiently.ts';

const cluster = {
  resourceArn: env('DATABASE_CLUSTER_ARN'),
  secretArn: env('DATABASE_SECRET_ARN'),
  database: env('DATABASE_NAME'),
};

/** One attempt: ExecuteStatement has no client token, and the SDK would repeat a statement that may have run. */
const client = new RDSDataClient({ maxAttempts: 1 });

export type Parameter = string | number | boolean | null;

type Parameters = Readonly<Record<string, Parameter>>;

/**
 * The rows of a statement that changes nothing and answers one column of JSON documents, nulls left out. Rejects with Refusal
 * when the database is busy or away.
 */
export async function query<Row>(sql: string, parameters: Parameters = {}): Promise<Row[]> {
  return send<Row>(sql, parameters, true);
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
 * Calls a function of `migrations/functions` as one statement. When its answer is lost it is called again only where that does no
 * harm: with `Once`, the second call gets the answer of the first; `harmless`, the function itself sees to it.
 * A row `refused` becomes the Refusal it names.
 */
export async function callFunction<Row extends FunctionRow>(
  name: string,
  args: object,
  again?: Once | 'harmless',
): Promise<Row[]> {
  const rows =
    typeof again === 'object'
      ? await send<Row>(
          'select call_once(:key, :fingerprint, :name, :args::jsonb)',
          { key: again.key, fingerprint: again.fingerprint, name, args: JSON.stringify(args) },
          true,
        )
      : await send<Row>(`select ${name}(:args::jsonb)`, { args: JSON.stringify(args) }, again === 'harmless');
  const refused = rows.find(({ row }) => row === 'refused');
  if (refused) throw toRefusal(refused);
  return rows;
}

async function send<Row>(sql: string, parameters: Parameters, mayRepeat: boolean): Promise<Row[]> {
  const statement = {
    ...cluster,
    sql,
    parameters: Object.entries(parameters).map(([name, value]) => toParameter(name, value)),
  };
  const { records = [] } = await sendPatiently<ExecuteStatementCommandOutput>(
    options => client.send(new ExecuteStatementCommand(statement), options),
    mayRepeat,
  );
  return records.flatMap(([field]) => (field?.stringValue ? [JSON.parse(field.stringValue) as Row] : []));
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
