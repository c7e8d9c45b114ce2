import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDatabase, type Database } from './database.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** One row of a function's answer; `row` says which kind. */
export interface Row {
  readonly row: string;
  readonly [field: string]: unknown;
}

/** The functions of the schema, called directly, from many connections at once. */
export interface Sql {
  readonly database: Database;
  /** Calls a function that takes its arguments as one jsonb. @throws what PostgreSQL says, with its SQLSTATE as `code`. */
  call(name: string, args: object): Promise<Row[]>;
  query<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Closes the connections and drops the database. */
  close(): Promise<void>;
}

/** Creates a database with the whole schema, and opens so many connections to it before anything races. */
export async function openSql(connections: number): Promise<Sql> {
  const database = await createDatabase();
  await applySchema(database.url);
  const pool = new pg.Pool({ connectionString: database.url, max: connections, idleTimeoutMillis: 0 });
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  for (const client of clients) client.release();
  return {
    database,
    call: async (name, args) => {
      const text = `select answer from ${pg.escapeIdentifier(name)}($1::jsonb) answer`;
      const { rows } = await pool.query<{ answer: Row }>({ name, text, values: [JSON.stringify(args)] });
      return rows.map(({ answer }) => answer);
    },
    query: async (text, values = []) => (await pool.query(text, [...values])).rows,
    close: async () => {
      await endPool(pool);
      await database.drop();
    },
  };
}

/** The pool itself does not wait until its connections have ended, and a database that is dropped meanwhile would end them first. */
export async function endPool(pool: pg.Pool): Promise<void> {
  let left = pool.totalCount;
  const ended = new Promise<void>(resolve => {
    pool.on('remove', () => {
      left -= 1;
      if (left === 0) resolve();
    });
    if (left === 0) resolve();
  });
  await pool.end();
  await ended;
}

/** Applies every migration, then every function; bodies may name functions that come later. */
async function applySchema(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set check_function_bodies = off');
    for (const file of [...(await sqlFiles('')), ...(await sqlFiles('functions/'))]) {
      await client.query(await readFile(MIGRATIONS + file, 'utf8'));
    }
  } finally {
    await client.end();
  }
}

async function sqlFiles(folder: string): Promise<string[]> {
  const names = await readdir(MIGRATIONS + folder);
  return names
    .filter(name => name.endsWith('.sql'))
    .sort()
    .map(name => folder + name);
}
