import type { Client } from 'pg';

/** A type that is not built in, or that the Data API cannot return. */
export interface TypeEntry {
  readonly oid: number;
  readonly name: string;
  /** PostgreSQL's `typtype`: `e` is an enum. */
  readonly kind: string;
  /** 0 where it is no array. */
  readonly element: number;
}

/** A table's column that a result's column comes from. */
export interface ColumnEntry {
  readonly table: string;
  readonly isNullable: boolean;
  readonly isAutoIncrement: boolean;
}

/** What PostgreSQL's catalogue says of types and columns, remembered until a statement may have changed it. */
export class Catalog {
  readonly #types = new Map<number, TypeEntry>();
  readonly #columns = new Map<string, ColumnEntry>();

  forget(): void {
    this.#types.clear();
    this.#columns.clear();
  }

  async findTypes(client: Client, oids: readonly number[]): Promise<ReadonlyMap<number, TypeEntry>> {
    const missing = oids.filter(oid => !this.#types.has(oid));
    if (missing.length > 0) {
      const { rows } = await client.query<TypeEntry>(
        `select t.oid::int8::float8 as oid, t.typname as name, t.typtype as kind,
           (case when t.typcategory = 'A' and t.typarray = 0 then t.typelem else 0 end)::int8::float8 as element
         from pg_type t where t.oid = any ($1::oid[])
         union
         select e.oid::int8::float8, e.typname, e.typtype, 0
         from pg_type t join pg_type e on e.oid = t.typelem
         where t.typcategory = 'A' and t.typarray = 0 and t.oid = any ($1::oid[])`,
        [missing],
      );
      for (const row of rows) if (!this.#types.has(row.oid)) this.#types.set(row.oid, row);
    }
    return this.#types;
  }

  /** @param columns pairs of a table's object id and a column's number. */
  async findColumns(client: Client, columns: readonly ColumnKey[]): Promise<(ColumnEntry | undefined)[]> {
    const missing = columns.filter(({ tableID, columnID }) => tableID && !this.#columns.has(`${tableID}.${columnID}`));
    if (missing.length > 0) {
      const { rows } = await client.query<ColumnEntry & { key: string }>(
        `select a.attrelid || '.' || a.attnum as key, c.relname as table, not a.attnotnull as "isNullable",
           a.attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false) as "isAutoIncrement"
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = any ($1::oid[]) and a.attnum > 0`,
        [missing.map(({ tableID }) => tableID)],
      );
      for (const { key, ...entry } of rows) this.#columns.set(key, entry);
    }
    return columns.map(({ tableID, columnID }) => this.#columns.get(`${tableID}.${columnID}`));
  }
}

export interface ColumnKey {
  readonly tableID: number;
  readonly columnID: number;
}
