import { MultidimensionalArrayError, parseArray } from './arrays.ts';
import { DataApiError } from './errors.ts';
import { OID } from './oids.ts';
import type { ResultOptions } from './requests.ts';
import { formatDate, formatTime, formatTimestampTz } from './times.ts';

/** Turns a value from PostgreSQL's text format into JSON text. */
export type Writer = (text: string) => string;

/**
 * What values of a type become: the kind names the member of a Field, `writer` gives what it holds.
 * A decimal is long or double, each value by itself.
 */
export interface Encoding {
  readonly kind: 'boolean' | 'long' | 'double' | 'string' | 'blob' | 'array' | 'decimal';
  readonly writer: Writer;
}

const asIs: Writer = text => text;
const asString: Writer = text => JSON.stringify(text);
/** Digits are plain in JSON; what is no number there is a string, as in all of AWS's JSON. */
const asNumber: Writer = text => (/[nN]/.test(text) ? JSON.stringify(text) : text);

const STRING: Encoding = { kind: 'string', writer: asString };
const LONG: Encoding = { kind: 'long', writer: asIs };
const DOUBLE: Encoding = { kind: 'double', writer: asNumber };
const DECIMAL: Encoding = { kind: 'decimal', writer: asNumber };

const ENCODINGS: ReadonlyMap<number, Encoding> = new Map<number, Encoding>([
  [OID.bool, { kind: 'boolean', writer: text => (text === 't' ? 'true' : 'false') }],
  [OID.bytea, { kind: 'blob', writer: text => `"${Buffer.from(text.slice(2), 'hex').toString('base64')}"` }],
  [OID.int2, LONG],
  [OID.int4, LONG],
  [OID.int8, LONG],
  [OID.oid, LONG],
  [OID.float4, DOUBLE],
  [OID.float8, DOUBLE],
  [OID.date, { kind: 'string', writer: text => asString(formatDate(text)) }],
  [OID.time, { kind: 'string', writer: text => asString(formatTime(text)) }],
  [OID.timestamp, { kind: 'string', writer: text => asString(formatTime(text)) }],
  [OID.timestamptz, { kind: 'string', writer: text => asString(formatTimestampTz(text)) }],
  ...[OID.name, OID.text, OID.bpchar, OID.varchar, OID.json, OID.jsonb, OID.uuid, OID.cidr, OID.inet, OID.numeric].map(
    oid => [oid, STRING] as const,
  ),
  ...[OID.bit, OID.varbit, OID.void].map(oid => [oid, STRING] as const),
]);

/** The encoding of a built-in scalar type; undefined where the Data API cannot return it. */
export function findEncoding(oid: number, options: ResultOptions): Encoding | undefined {
  if (oid === OID.numeric && options.decimals === 'DOUBLE_OR_LONG') return DECIMAL;
  if (oid === OID.int8 && options.longs === 'STRING') return STRING;
  return ENCODINGS.get(oid);
}

/** What a type that the catalogue calls an enum, or `vector`, becomes. */
export const TEXT_ENCODING = STRING;

/** The encoding of an array of elements; there are none of octets. */
export function encodeArrayOf(element: Encoding): Encoding | undefined {
  if (element.kind === 'blob' || element.kind === 'array') return undefined;
  const member = `{"${element.kind === 'decimal' ? 'double' : element.kind}Values":[`;
  const writer: Writer = text => {
    const values = readElements(text).map(value => (value === null ? 'null' : element.writer(value)));
    return `${member}${values.join(',')}]}`;
  };
  return { kind: 'array', writer };
}

/** The same for `formatRecordsAs: JSON`, where an array is plainly one. */
export function listOf(element: Encoding): Writer {
  return text =>
    `[${readElements(text)
      .map(value => (value === null ? 'null' : element.writer(value)))
      .join(',')}]`;
}

function readElements(text: string): (string | null)[] {
  try {
    return parseArray(text);
  } catch (error) {
    if (!(error instanceof MultidimensionalArrayError)) throw error;
    throw new DataApiError('UnsupportedResultException', 'The result contains a multidimensional array');
  }
}
