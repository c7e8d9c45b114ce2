import type { FieldDef } from 'pg';
import type { TypeEntry } from './catalog.ts';
import { DataApiError } from './errors.ts';
import { ELEMENT_OF } from './oids.ts';
import type { ResultOptions } from './requests.ts';
import { type Encoding, encodeArrayOf, findEncoding, listOf, TEXT_ENCODING, type Writer } from './values.ts';

type Types = ReadonlyMap<number, TypeEntry>;
type Rows = readonly (readonly (string | null)[])[];

/** Whether the catalogue must be asked about a type before its values can be written. */
export function isUnknown(oid: number, options: ResultOptions): boolean {
  return findEncoding(ELEMENT_OF.get(oid) ?? oid, options) === undefined;
}

/** Writes `records`: for each row, a Field for each value. */
export function writeRecords(columns: readonly FieldDef[], rows: Rows, types: Types, options: ResultOptions): string {
  if (rows.length === 0) return '[]';
  const writers = columns.map(column => {
    const { kind, writer } = findColumnEncoding(column.dataTypeID, types, options);
    if (kind === 'decimal') return writeDecimal;
    const start = `{"${kind}Value":`;
    return (text: string) => `${start}${writer(text)}}`;
  });
  return writeRows(rows, row => `[${writeValues(row, writers, '{"isNull":true}')}]`);
}

/** Writes `formattedRecords`, before it becomes a string: for each row, an object. */
export function writeJson(columns: readonly FieldDef[], rows: Rows, types: Types, options: ResultOptions): string {
  if (new Set(columns.map(({ name }) => name)).size < columns.length) {
    throw new DataApiError('UnsupportedResultException', 'The result contains duplicate column names.');
  }
  if (rows.length === 0) return '[]';
  const labels = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const writers = columns.map(column => findJsonWriter(column.dataTypeID, types, options));
  return writeRows(rows, row => {
    const members = row.map((text, index) => `${labels[index]}${text === null ? 'null' : writers[index]?.(text)}`);
    return `{${members.join(',')}}`;
  });
}

function writeDecimal(text: string): string {
  return /^-?\d+$/.test(text) ? `{"longValue":${text}}` : `{"doubleValue":${text === 'NaN' ? '"NaN"' : text}}`;
}

function writeRows(rows: Rows, writeRow: (row: readonly (string | null)[]) => string): string {
  let json = '[';
  for (const row of rows) json += json.length > 1 ? `,${writeRow(row)}` : writeRow(row);
  return `${json}]`;
}

function writeValues(row: readonly (string | null)[], writers: readonly Writer[], nothing: string): string {
  let json = '';
  for (const [index, text] of row.entries()) {
    if (index > 0) json += ',';
    json += text === null ? nothing : writers[index]?.(text);
  }
  return json;
}

function findColumnEncoding(oid: number, types: Types, options: ResultOptions): Encoding {
  const element = ELEMENT_OF.get(oid) ?? types.get(oid)?.element;
  const scalar = findScalar(element || oid, types, options);
  const encoding = element && scalar ? encodeArrayOf(scalar) : scalar;
  if (encoding) return encoding;
  throw new DataApiError(
    'UnsupportedResultException',
    `The result contains the unsupported data type ${nameType(oid, types)}.`,
  );
}

function findScalar(oid: number, types: Types, options: ResultOptions): Encoding | undefined {
  const encoding = findEncoding(oid, options);
  if (encoding) return encoding;
  const type = types.get(oid);
  return type?.kind === 'e' || type?.name === 'vector' ? TEXT_ENCODING : undefined;
}

function findJsonWriter(oid: number, types: Types, options: ResultOptions): Writer {
  const encoding = findColumnEncoding(oid, types, options);
  if (encoding.kind !== 'array') return encoding.writer;
  const element = findScalar(ELEMENT_OF.get(oid) ?? types.get(oid)?.element ?? oid, types, options);
  return element ? listOf(element) : encoding.writer;
}

function nameType(oid: number, types: Types): string {
  const type = types.get(oid);
  const element = type?.element ? types.get(type.element) : undefined;
  const name = element ? `${element.name}[]` : (type?.name ?? String(oid));
  // The catalogue's "char" is a type apart from CHAR(n), and PostgreSQL writes it in quotes.
  return (name === 'char' ? '"char"' : name).toUpperCase();
}
