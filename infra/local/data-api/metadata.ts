import type { FieldDef } from 'pg';
import type { ColumnEntry, TypeEntry } from './catalog.ts';
import { ELEMENT_OF, OID } from './oids.ts';

/** A column of a result, as the Data API describes it: in the terms of JDBC. */
export interface ColumnMetadata {
  readonly arrayBaseColumnType: number;
  readonly isAutoIncrement: boolean;
  readonly isCaseSensitive: boolean;
  readonly isCurrency: boolean;
  readonly isSigned: boolean;
  readonly label: string;
  readonly name: string;
  /** 0: no nulls, 1: nulls, 2: nobody knows. */
  readonly nullable: number;
  readonly precision: number;
  readonly scale: number;
  readonly schemaName: string;
  readonly tableName: string;
  readonly type: number;
  readonly typeName: string;
}

const JDBC_OTHER = 1111;
const JDBC_ARRAY = 2003;
const JDBC_VARCHAR = 12;
const UNLIMITED = 2_147_483_647;

interface TypeFacts {
  readonly name: string;
  /** A constant of java.sql.Types. */
  readonly jdbc: number;
  readonly precision: number;
  readonly scale?: number;
  readonly isSigned?: true;
  readonly isCaseInsensitive?: true;
}

const NUMBER = { isSigned: true, isCaseInsensitive: true } as const;
const FACTS: ReadonlyMap<number, TypeFacts> = new Map<number, TypeFacts>([
  [OID.bool, { name: 'bool', jdbc: -7, precision: 1, isCaseInsensitive: true }],
  [OID.bytea, { name: 'bytea', jdbc: -2, precision: UNLIMITED, isCaseInsensitive: true }],
  [OID.name, { name: 'name', jdbc: JDBC_VARCHAR, precision: UNLIMITED }],
  [OID.int8, { name: 'int8', jdbc: -5, precision: 19, ...NUMBER }],
  [OID.int2, { name: 'int2', jdbc: 5, precision: 5, ...NUMBER }],
  [OID.int4, { name: 'int4', jdbc: 4, precision: 10, ...NUMBER }],
  [OID.text, { name: 'text', jdbc: JDBC_VARCHAR, precision: UNLIMITED }],
  [OID.oid, { name: 'oid', jdbc: -5, precision: 10, isCaseInsensitive: true }],
  [OID.json, { name: 'json', jdbc: JDBC_OTHER, precision: UNLIMITED }],
  [OID.cidr, { name: 'cidr', jdbc: JDBC_OTHER, precision: UNLIMITED }],
  [OID.float4, { name: 'float4', jdbc: 7, precision: 8, scale: 8, ...NUMBER }],
  [OID.float8, { name: 'float8', jdbc: 8, precision: 17, scale: 17, ...NUMBER }],
  [OID.inet, { name: 'inet', jdbc: JDBC_OTHER, precision: UNLIMITED }],
  [OID.bpchar, { name: 'bpchar', jdbc: 1, precision: UNLIMITED }],
  [OID.varchar, { name: 'varchar', jdbc: JDBC_VARCHAR, precision: UNLIMITED }],
  [OID.date, { name: 'date', jdbc: 91, precision: 13, isCaseInsensitive: true }],
  [OID.time, { name: 'time', jdbc: 92, precision: 15, scale: 6, isCaseInsensitive: true }],
  [OID.timestamp, { name: 'timestamp', jdbc: 93, precision: 29, scale: 6, isCaseInsensitive: true }],
  [OID.timestamptz, { name: 'timestamptz', jdbc: 93, precision: 35, scale: 6, isCaseInsensitive: true }],
  [OID.bit, { name: 'bit', jdbc: -7, precision: 1, isCaseInsensitive: true }],
  [OID.varbit, { name: 'varbit', jdbc: JDBC_OTHER, precision: UNLIMITED, isCaseInsensitive: true }],
  [OID.numeric, { name: 'numeric', jdbc: 2, precision: 0, ...NUMBER }],
  [OID.void, { name: 'void', jdbc: JDBC_OTHER, precision: UNLIMITED }],
  [OID.uuid, { name: 'uuid', jdbc: JDBC_OTHER, precision: UNLIMITED }],
  [OID.jsonb, { name: 'jsonb', jdbc: JDBC_OTHER, precision: UNLIMITED }],
]);

const SERIAL: Readonly<Record<string, string>> = { int2: 'smallserial', int4: 'serial', int8: 'bigserial' };

/** Describes a column of a result. */
export function describeColumn(
  field: FieldDef,
  types: ReadonlyMap<number, TypeEntry>,
  column: ColumnEntry | undefined,
): ColumnMetadata {
  const { element, ...facts } = findFacts(field.dataTypeID, types);
  const isAutoIncrement = column?.isAutoIncrement ?? false;
  return {
    arrayBaseColumnType: element,
    isAutoIncrement,
    isCaseSensitive: !facts.isCaseInsensitive,
    isCurrency: facts.name === 'money',
    isSigned: facts.isSigned ?? false,
    label: field.name,
    name: field.name,
    nullable: column === undefined ? 2 : column.isNullable ? 1 : 0,
    ...measure(field, facts),
    schemaName: '',
    tableName: column?.table ?? '',
    type: facts.jdbc,
    typeName: (isAutoIncrement && SERIAL[facts.name]) || facts.name,
  };
}

function findFacts(oid: number, types: ReadonlyMap<number, TypeEntry>): TypeFacts & { element: number } {
  const entry = types.get(oid);
  const elementOid = ELEMENT_OF.get(oid) ?? entry?.element;
  if (elementOid) {
    const element = findFacts(elementOid, types);
    return { name: `_${element.name}`, jdbc: JDBC_ARRAY, precision: element.precision, element: element.jdbc };
  }
  const facts = FACTS.get(oid);
  if (facts) return { ...facts, element: 0 };
  const jdbc = entry?.kind === 'e' ? JDBC_VARCHAR : JDBC_OTHER;
  return { name: entry?.name ?? 'unknown', jdbc, precision: UNLIMITED, element: 0 };
}

/** The modifier of a type holds the length of texts, and precision and scale of numbers. */
function measure(field: FieldDef, facts: TypeFacts): { precision: number; scale: number } {
  const { dataTypeID: oid, dataTypeModifier: modifier } = field;
  if (modifier < 0) return { precision: facts.precision, scale: facts.scale ?? 0 };
  if (oid === OID.numeric) return { precision: (modifier - 4) >> 16, scale: (modifier - 4) & 0x7ff };
  if (oid === OID.varchar || oid === OID.bpchar) return { precision: modifier - 4, scale: 0 };
  if (oid === OID.bit || oid === OID.varbit) return { precision: modifier, scale: 0 };
  return { precision: facts.precision, scale: modifier };
}
