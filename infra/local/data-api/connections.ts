import pg from 'pg';
import { fromConnectError } from './errors.ts';

/** A connection that nobody else uses until it is given back. */
export interface Connection {
  readonly client: pg.Client;
  /** The id of the server's process behind it. */
  readonly processId: number;
  /** Gives it back as it is. */
  release(): void;
  /** Gives it back once nothing of its session is left. */
  reset(): Promise<void>;
  /** Closes it; PostgreSQL rolls back what is open. */
  discard(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 60_000;

/** The connections to one database: some for single statements, others for transactions, which may sit on theirs. */
export class Connections {
  readonly #url: string;
  readonly #statements: pg.Pool;
  readonly #transactions: pg.Pool;
  readonly #inUse = new Set<pg.PoolClient>();

  constructor(url: string, size: number, transactions: number) {
    this.#url = url;
    this.#statements = createPool(url, size);
    this.#transactions = createPool(url, transactions);
  }

  forStatement(): Promise<Connection> {
    return this.#acquire(this.#statements);
  }

  forTransaction(): Promise<Connection> {
    return this.#acquire(this.#transactions);
  }

  /** Has PostgreSQL cancel what runs on a connection. */
  async cancel(connection: Connection): Promise<void> {
    // Rows that keep coming would be in the way of everything else.
    const { stream } = connection.client.connection;
    stream.pause();
    const client = new pg.Client({ connectionString: this.#url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select pg_cancel_backend($1)', [connection.processId]);
    } catch {
      destroy(connection.client);
    } finally {
      stream.resume();
      await client.end().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    for (const client of this.#inUse) destroy(client);
    await Promise.all([this.#statements.end(), this.#transactions.end()]);
  }

  async #acquire(pool: pg.Pool): Promise<Connection> {
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      throw fromConnectError(error);
    }
    this.#inUse.add(client);
    const giveBack = (discard: boolean): void => {
      if (this.#inUse.delete(client)) client.release(discard);
    };
    return {
      client,
      processId: (client as pg.PoolClient & { readonly processID: number }).processID,
      release: () => giveBack(false),
      discard: () => giveBack(true),
      reset: async () => {
        try {
          if (client.getTransactionStatus() !== 'I') await client.query('rollback');
          await client.query('discard all');
          forgetPrepared(client);
          giveBack(false);
        } catch {
          giveBack(true);
        }
      },
    };
  }
}

function createPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'rds-data-api',
    // The Data API speaks of times in UTC, and its values are read in these formats.
    options: '-c TimeZone=UTC -c DateStyle=ISO',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
  });
  // A lost connection shows in what it was used for; an idle one is replaced in silence.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  return pool;
}

function destroy(client: pg.Client): void {
  client.connection.stream.destroy();
}

/** Forgets that a statement is prepared on this connection, because it is not any more. */
export function forgetPrepared(client: pg.Client, name?: string): void {
  const { parsedStatements } = client.connection as unknown as { parsedStatements: Record<string, string> };
  for (const known of name === undefined ? Object.keys(parsedStatements) : [name]) delete parsedStatements[known];
}
