import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type RDSDataClient,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';

/** A database behind the Data API. */
export interface Cluster {
  readonly resourceArn: string;
  readonly secretArn: string;
  readonly database: string;
}

/** Runs one statement; answers its rows of texts. */
export type Run = (sql: string, parameters?: Readonly<Record<string, string>>) => Promise<string[][]>;

/** A commit was refused, or its answer was lost: the transaction may have been committed. */
export class FailedCommit extends Error {
  override readonly name = 'FailedCommit';
}

/** How long a database that pauses itself may take to come back, and how often it is asked. */
const RESUME_MS = 60_000;
const RESUME_INTERVAL_MS = 1_000;

/** Single statements and transactions over the Data API. A database that is resuming is waited for, up to a minute. */
export class MigrationSession {
  readonly #client: RDSDataClient;
  readonly #cluster: Cluster;

  constructor(client: RDSDataClient, cluster: Cluster) {
    this.#client = client;
    this.#cluster = cluster;
  }

  /** Runs one statement by itself. */
  readonly run: Run = (sql, parameters) => this.#execute(sql, parameters, {});

  /**
   * Commits what `work` did, or rolls it back if it throws. Rejects with FailedCommit if the commit fails.
   */
  async transact<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const { transactionId } = await whenAwake(() => this.#client.send(new BeginTransactionCommand(this.#cluster)));
    const transaction = { ...this.#cluster, transactionId };
    let result: T;
    try {
      result = await work((sql, parameters) => this.#execute(sql, parameters, { transactionId }));
    } catch (error) {
      // If this fails too, the Data API rolls it back by itself after three minutes.
      await this.#client.send(new RollbackTransactionCommand(transaction)).catch(() => undefined);
      throw error;
    }
    try {
      await whenAwake(() => this.#client.send(new CommitTransactionCommand(transaction)));
    } catch (error) {
      throw new FailedCommit(describe(error), { cause: error });
    }
    return result;
  }

  async #execute(
    sql: string,
    parameters: Readonly<Record<string, string>> = {},
    transaction: { transactionId?: string | undefined },
  ): Promise<string[][]> {
    const command = new ExecuteStatementCommand({
      ...this.#cluster,
      ...transaction,
      sql,
      parameters: Object.entries(parameters).map(([name, stringValue]) => ({ name, value: { stringValue } })),
    });
    const { records = [] } = await whenAwake(() => this.#client.send(command));
    return records.map(row => row.map(field => field.stringValue ?? ''));
  }
}

/** The five characters of PostgreSQL's error code; undefined where PostgreSQL has not answered. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error ? /SQLState: (\w{5})/.exec(error.message)?.[1] : undefined;
}

/** The text of an error; some of the Data API's have none but their name. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}

/** A database that is resuming has run nothing, so that anything may be asked again. */
async function whenAwake<T>(send: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + RESUME_MS;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const resuming = error instanceof Error && error.name === 'DatabaseResumingException';
      if (!resuming || Date.now() >= deadline) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, RESUME_INTERVAL_MS));
  }
}
