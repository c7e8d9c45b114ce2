import { DataApiError } from './errors.ts';
import { type Fields, Validator } from './validator.ts';

export type ArrayValue =
  | { readonly booleanValues: readonly (boolean | null)[] }
  | { readonly longValues: readonly (number | string | null)[] }
  | { readonly doubleValues: readonly (number | string | null)[] }
  | { readonly stringValues: readonly (string | null)[] }
  | { readonly arrayValues: readonly ArrayValue[] };

/** One value; integers too long for a number, and doubles that JSON cannot write, are strings. */
export type Field =
  | { readonly isNull: boolean }
  | { readonly booleanValue: boolean }
  | { readonly longValue: number | string }
  | { readonly doubleValue: number | string }
  | { readonly stringValue: string }
  | { readonly blobValue: string }
  | { readonly arrayValue: ArrayValue };

export interface SqlParameter {
  readonly name: string;
  readonly value: Field;
  readonly typeHint?: 'DATE' | 'DECIMAL' | 'JSON' | 'TIME' | 'TIMESTAMP' | 'UUID' | undefined;
}

/** How values that JavaScript or JSON may not hold exactly are written. */
export interface ResultOptions {
  readonly decimals: 'STRING' | 'DOUBLE_OR_LONG';
  readonly longs: 'LONG' | 'STRING';
}

export interface Target {
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database: string | undefined;
}

export interface ExecuteRequest extends Target {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
  readonly transactionId: string | undefined;
  readonly includeResultMetadata: boolean;
  readonly continueAfterTimeout: boolean;
  readonly formatRecordsAs: 'NONE' | 'JSON';
  readonly resultOptions: ResultOptions;
}

export interface BatchRequest extends Target {
  readonly sql: string;
  readonly parameterSets: readonly (readonly SqlParameter[])[];
  readonly transactionId: string | undefined;
}

export interface EndRequest extends Target {
  readonly transactionId: string;
}

const TYPE_HINTS = ['JSON', 'UUID', 'TIMESTAMP', 'DATE', 'TIME', 'DECIMAL'] as const;
const FIELD_KINDS = {
  isNull: 'boolean',
  booleanValue: 'boolean',
  longValue: 'long',
  doubleValue: 'double',
  stringValue: 'string',
  blobValue: 'string',
  arrayValue: 'structure',
} as const;
const ARRAY_KINDS = {
  booleanValues: 'boolean',
  longValues: 'long',
  doubleValues: 'double',
  stringValues: 'string',
  arrayValues: 'structure',
} as const;

/** Reads the body of ExecuteStatement. @throws DataApiError with all that is wrong with it. */
export function readExecute(body: Buffer): ExecuteRequest {
  const v = new Validator();
  const input = parseBody(body);
  const options = v.structure(input, 'resultSetOptions') ?? {};
  const request: ExecuteRequest = {
    ...readTarget(v, input),
    sql: v.required(input, 'sql', 0, 65_536),
    parameters: readParameters(v, v.list(input, 'parameters'), 'parameters'),
    transactionId: v.text(input, 'transactionId', 0, 192),
    includeResultMetadata: v.flag(input, 'includeResultMetadata'),
    continueAfterTimeout: v.flag(input, 'continueAfterTimeout'),
    formatRecordsAs: v.choice(input, 'formatRecordsAs', ['NONE', 'JSON']) ?? 'NONE',
    resultOptions: {
      decimals: v.choice(options, 'decimalReturnType', ['STRING', 'DOUBLE_OR_LONG'], 'resultSetOptions.') ?? 'STRING',
      longs: v.choice(options, 'longReturnType', ['STRING', 'LONG'], 'resultSetOptions.') ?? 'LONG',
    },
  };
  v.finish();
  refuseSchema(input);
  return request;
}

/** Reads the body of BatchExecuteStatement. @throws DataApiError */
export function readBatch(body: Buffer): BatchRequest {
  const v = new Validator();
  const input = parseBody(body);
  const request: BatchRequest = {
    ...readTarget(v, input),
    sql: v.required(input, 'sql', 0, 65_536),
    parameterSets: v.list(input, 'parameterSets').map((set, index) => {
      const path = `parameterSets.${index + 1}.member`;
      return readParameters(v, Array.isArray(set) ? set : v.mismatch(), path);
    }),
    transactionId: v.text(input, 'transactionId', 0, 192),
  };
  v.finish();
  refuseSchema(input);
  return request;
}

/** Reads the body of BeginTransaction. @throws DataApiError */
export function readBegin(body: Buffer): Target {
  const v = new Validator();
  const input = parseBody(body);
  const request = readTarget(v, input);
  v.finish();
  refuseSchema(input);
  return request;
}

/** Reads the body of CommitTransaction and RollbackTransaction. @throws DataApiError */
export function readEnd(body: Buffer): EndRequest {
  const v = new Validator();
  const input = parseBody(body);
  const request = { ...readTarget(v, input), transactionId: v.required(input, 'transactionId', 0, 192) };
  v.finish();
  return request;
}

function readTarget(v: Validator, input: Fields): Target {
  return {
    resourceArn: v.required(input, 'resourceArn', 11, 100),
    secretArn: v.required(input, 'secretArn', 11, 100),
    database: v.text(input, 'database', 0, 64) || undefined,
  };
}

function refuseSchema(input: Fields): void {
  if (typeof input['schema'] === 'string') {
    throw new DataApiError('ValidationException', "The schema parameter isn't supported");
  }
}

function readParameters(v: Validator, list: readonly unknown[], path: string): SqlParameter[] {
  return list.map((item, index) => {
    const place = `${path}.${index + 1}.member.`;
    const input = v.fields(item);
    const typeHint = v.choice(input, 'typeHint', TYPE_HINTS, place);
    return {
      name: v.text(input, 'name') ?? '',
      value: (v.structure(input, 'value') ? readField(v, v.fields(input['value'])) : undefined) ?? { isNull: true },
      ...(typeHint ? { typeHint } : {}),
    };
  });
}

function readField(v: Validator, input: Fields): Field | undefined {
  const kind = v.member(input, FIELD_KINDS);
  if (kind === 'arrayValue') {
    const array = v.fields(input[kind]);
    checkArray(v, array);
  }
  // The validator has seen to it that the one member there is has its type.
  return kind === undefined ? undefined : (input as unknown as Field);
}

function checkArray(v: Validator, input: Fields): void {
  const kind = v.listMember(input, ARRAY_KINDS);
  if (kind !== 'arrayValues') return;
  for (const nested of v.list(input, kind)) checkArray(v, v.fields(nested));
}

const LONG_INTEGER = /\d{16}/;

/** Reads JSON; integers beyond 2^53 come as strings, digit for digit. */
function parseBody(body: Buffer): Fields {
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = LONG_INTEGER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text || '{}');
  } catch {
    throw new DataApiError('SerializationException', 'The request body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DataApiError('SerializationException', 'The request body is not a JSON object');
  }
  return value as Fields;
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong ? (context?.source ?? value) : value;
}
