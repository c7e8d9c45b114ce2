import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A database of a test file's own. */
export interface Database {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * Creates an empty database on the run's server, or a copy of another.
 * @param template the name of the database to copy; nobody may be connected to it.
 */
export async function createDatabase(template = 'template0'): Promise<Database> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  // The file copy waits for checkpoints, the log copy does not, and it is the quicker one for small databases.
  await run(server, `create database ${name} template ${pg.escapeIdentifier(template)} strategy wal_log`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => run(server, `drop database if exists ${name} with (force)`) };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
