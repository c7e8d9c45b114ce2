import { type ArrayElements, formatArray } from './arrays.ts';
import { DataApiError } from './errors.ts';
import { ARRAY_OID, OID } from './oids.ts';
import type { ArrayValue, Field, SqlParameter } from './requests.ts';

/** A value as PostgreSQL takes it: with the type it is declared to have, as text, or as octets. */
export interface BoundValue {
  readonly oid: number;
  readonly value: string | Buffer | null;
}

interface Hint {
  readonly oid: number;
  readonly pattern?: RegExp;
}

/** The formats that the Data API documents: PostgreSQL would take more, and drop a zone without a word. */
const HINTS: Readonly<Record<NonNullable<SqlParameter['typeHint']>, Hint>> = {
  DATE: { oid: OID.date, pattern: /^\d{4,}-\d\d-\d\d$/ },
  DECIMAL: { oid: OID.numeric },
  JSON: { oid: OID.json },
  TIME: { oid: OID.time, pattern: /^\d\d:\d\d:\d\d(\.\d{1,6})?$/ },
  TIMESTAMP: { oid: OID.timestamp, pattern: /^\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/ },
  UUID: { oid: OID.uuid },
};

/**
 * Picks the value of each placeholder. One without a parameter is left out, so that PostgreSQL says how many it
 * misses, if it does: what the scanner takes for a placeholder may be text in a dollar-quoted body.
 */
export function bindParameters(names: readonly string[], parameters: readonly SqlParameter[]): BoundValue[] {
  if (names.length === 0) return [];
  const values = new Map<string, BoundValue>();
  for (const parameter of parameters) values.set(parameter.name, toBoundValue(parameter));
  return names.flatMap(name => values.get(name) ?? []);
}

function toBoundValue({ name, value, typeHint }: SqlParameter): BoundValue {
  const bound = fromField(value);
  if (typeHint === undefined) return bound;
  const { oid, pattern } = HINTS[typeHint];
  if (typeof bound.value === 'string' && pattern && !pattern.test(bound.value)) {
    const message = `The value of parameter ${name} doesn't have the format of the type hint ${typeHint}`;
    throw new DataApiError('ValidationException', message);
  }
  return { oid, value: bound.value };
}

function fromField(field: Field): BoundValue {
  if ('stringValue' in field) return { oid: OID.text, value: field.stringValue };
  if ('longValue' in field) return { oid: OID.int8, value: String(field.longValue) };
  if ('booleanValue' in field) return { oid: OID.bool, value: field.booleanValue ? 't' : 'f' };
  if ('doubleValue' in field) return { oid: OID.float8, value: String(field.doubleValue) };
  if ('blobValue' in field) return { oid: OID.bytea, value: Buffer.from(field.blobValue, 'base64') };
  if ('arrayValue' in field) return fromArray(field.arrayValue);
  // A null goes with any column; a declared type would not.
  return { oid: OID.unspecified, value: null };
}

function fromArray(array: ArrayValue): BoundValue {
  const { oid, elements } = readElements(array);
  return { oid, value: formatArray(elements) };
}

function readElements(array: ArrayValue): { oid: number; elements: ArrayElements } {
  if ('booleanValues' in array) return { oid: ARRAY_OID.bool, elements: array.booleanValues.map(toText) };
  if ('longValues' in array) return { oid: ARRAY_OID.int8, elements: array.longValues.map(toText) };
  if ('doubleValues' in array) return { oid: ARRAY_OID.float8, elements: array.doubleValues.map(toText) };
  if ('stringValues' in array) return { oid: ARRAY_OID.text, elements: array.stringValues };
  const nested = array.arrayValues.map(readElements);
  return { oid: nested[0]?.oid ?? ARRAY_OID.text, elements: nested.map(({ elements }) => elements) };
}

function toText(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value);
}
