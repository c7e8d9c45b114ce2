import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Claim, claimDatabase, InUseError } from './claim.ts';
import { createCluster } from './cluster.ts';
import { type Home, prepareHome } from './home.ts';
import type { Postmaster } from './postmaster.ts';
import { ensureServer, stopServer } from './server.ts';

const DATABASE = 'service_manager';
const TAKE_AGAIN_MS = 100;

export interface PostgresOptions {
  /** The data folder of the runtime; created when missing. */
  readonly folder: string;
  /** An existing PostgreSQL to use in place of an embedded one: nothing is started, created or stopped. */
  readonly databaseUrl?: string | undefined;
  /** For tests: no waiting for the disk, at the price of the data when the machine dies. */
  readonly fast?: boolean;
  readonly log?: (line: string) => void;
}

export interface Postgres {
  /** `postgres://…` of the runtime's database. */
  readonly url: string;
  /** Shuts the embedded server down. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL of a data folder, or takes over the one that a killed runtime left running.
 * @throws if another live runtime uses the folder, or the server does not start (with the end of its log).
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  if (options.databaseUrl) return findPostgres(options.databaseUrl, options.log);
  const { fast = false, log = () => undefined } = options;
  const folder = resolve(options.folder);
  const home = await prepareHome(folder);
  await createCluster(home, !fast);
  const { server, claim } = await takeServer(home, folder, options);
  try {
    await createDatabase(await formatUrl(home, server, 'postgres'), DATABASE);
  } catch (error) {
    await claim.release(() => stopServer(home.cluster));
    throw error;
  }
  log(`PostgreSQL listens on 127.0.0.1:${server.port}, its data is in ${home.folder}`);
  return {
    url: await formatUrl(home, server, DATABASE),
    // Held until then, so that nobody takes a server that is about to go.
    stop: () => claim.release(() => stopServer(home.cluster)),
  };
}

/** @throws when it does not answer, or not to us alone. The URL may hold a password: errors name its place alone. */
async function findPostgres(url: string, log?: (line: string) => void): Promise<Postgres> {
  if (!URL.canParse(url))
    throw new Error('the database URL is not one: it has the form postgres://user@host:port/database');
  const { host, pathname } = new URL(url);
  try {
    const claim = await claimDatabase(url, `the database ${host}${pathname}`, log);
    return { url, stop: () => claim.release() };
  } catch (error) {
    if (error instanceof InUseError) throw error;
    throw new Error(`the PostgreSQL at ${host}${pathname} cannot be used: ${describe(error)}`, { cause: error });
  }
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** Tries again when the server goes as we come: its runtime was stopping it. */
async function takeServer(home: Home, folder: string, options: PostgresOptions, attempts = 5): Promise<TakenServer> {
  const server = await ensureServer(home, options.fast ?? false);
  try {
    const claim = await claimDatabase(
      await formatUrl(home, server, 'postgres'),
      `the data folder ${folder}`,
      options.log,
    );
    return { server, claim };
  } catch (error) {
    if (error instanceof InUseError || attempts <= 1) throw error;
    await sleep(TAKE_AGAIN_MS);
    return takeServer(home, folder, options, attempts - 1);
  }
}

interface TakenServer {
  readonly server: Postmaster;
  readonly claim: Claim;
}

/** The URL says what would else be taken from a user's environment, such as PGSSLMODE: our server has no certificate. */
async function formatUrl(home: Home, server: Postmaster, database: string): Promise<string> {
  const password = await readFile(home.password, 'utf8');
  return `postgres://postgres:${password.trim()}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
