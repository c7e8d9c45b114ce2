import { setTimeout as sleep } from 'node:timers/promises';
import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type RDSDataClient,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { isResuming } from '../database-fault.ts';

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

/** How often a database that is resuming is asked again. */
const RESUME_INTERVAL_MS = 1_000;

/** A rollback is a courtesy: without it the Data API ends the transaction by itself after three minutes. */
const ROLLBACK_MS = 5_000;

export interface SessionOptions {
  /** With `maxAttempts: 1`: the SDK must not repeat a statement that may have run. */
  readonly client: RDSDataClient;
  readonly cluster: Cluster;
  /** How long a database that is resuming is waited for; a minute by default. */
  readonly resumeMs?: number;
  /** Ends everything at once; what is in a transaction is rolled back. */
  readonly signal?: AbortSignal | undefined;
}

/** Single statements and transactions over the Data API. */
export class MigrationSession {
  readonly #client: RDSDataClient;
  readonly #cluster: Cluster;
  readonly #resumeMs: number;
  readonly #signal: AbortSignal | undefined;

  constructor({ client, cluster, resumeMs = 60_000, signal }: SessionOptions) {
    this.#client = client;
    this.#cluster = cluster;
    this.#resumeMs = resumeMs;
    this.#signal = signal;
  }

  /** Runs one statement by itself. */
  readonly run: Run = (sql, parameters) => this.#execute(sql, parameters, {});

  /**
   * Commits what `work` did, or rolls it back if it throws. Rejects with FailedCommit if the commit fails.
   */
  async transact<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const { transactionId } = await this.#whenAwake(options =>
      this.#client.send(new BeginTransactionCommand(this.#cluster), options),
    );
    const transaction = { ...this.#cluster, transactionId };
    let result: T;
    try {
      result = await work((sql, parameters) => this.#execute(sql, parameters, { transactionId }));
    } catch (error) {
      const options = { abortSignal: AbortSignal.timeout(ROLLBACK_MS) };
      await this.#client.send(new RollbackTransactionCommand(transaction), options).catch(() => undefined);
      throw error;
    }
    try {
      await this.#whenAwake(options => this.#client.send(new CommitTransactionCommand(transaction), options));
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
    const { records = [] } = await this.#whenAwake(options => this.#client.send(command, options));
    return records.map(row => row.map(field => field.stringValue ?? ''));
  }

  /** A database that is resuming has run nothing, so that anything may be asked again. */
  async #whenAwake<T>(send: (options: { abortSignal?: AbortSignal }) => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.#resumeMs;
    for (;;) {
      try {
        return await send(this.#signal ? { abortSignal: this.#signal } : {});
      } catch (error) {
        if (!isResuming(error) || Date.now() >= deadline) throw error;
      }
      await sleep(RESUME_INTERVAL_MS, undefined, { signal: this.#signal });
    }
  }
}

/** The text of an error; some of the Data API's have none but their name. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}
