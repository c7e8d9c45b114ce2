import { writeAnswer } from './answers.ts';
import { type Connection, forgetPrepared } from './connections.ts';
import type { Database, Databases } from './databases.ts';
import { DataApiError, fromStatementError } from './errors.ts';
import { type BoundValue, bindParameters } from './parameters.ts';
import type { BatchRequest, EndRequest, ExecuteRequest, Target } from './requests.ts';
import { isStalePlan, type RunOptions, runStatement } from './run.ts';
import { isPlain, isRollbackTo, type KnownSql, SqlCache } from './sql.ts';
import type { Outcome } from './statement.ts';
import type { Transaction, Transactions } from './transactions.ts';

type Job = Omit<RunOptions, 'timeoutMs'> & { readonly known: KnownSql };
type Finish<T> = (outcome: Outcome, connection: Connection) => T | Promise<T>;

/** What the Data API does, on a set of databases. All methods answer with the JSON text of a body. */
export class Operations {
  readonly #databases: Databases;
  readonly #transactions: Transactions;
  readonly #timeoutMs: number;
  readonly #sql = new SqlCache();

  constructor(databases: Databases, transactions: Transactions, timeoutMs: number) {
    this.#databases = databases;
    this.#transactions = transactions;
    this.#timeoutMs = timeoutMs;
  }

  async execute(request: ExecuteRequest): Promise<string> {
    const known = this.#sql.find(request.sql);
    const values = bindParameters(known.names, request.parameters);
    const { continueAfterTimeout } = request;
    const job = { known, text: known.text, sets: [values], continueAfterTimeout };
    if (request.transactionId !== undefined) {
      return this.#runInTransaction(request.transactionId, request, job, (outcome, connection, database) =>
        writeAnswer(outcome, request, database.catalog, connection.client),
      );
    }
    const database = this.#databases.find(request.database);
    const finish: Finish<string> = (outcome, { client }) => writeAnswer(outcome, request, database.catalog, client);
    return this.#runPrepared(database, job, values, finish);
  }

  async batch(request: BatchRequest): Promise<string> {
    const known = this.#sql.find(request.sql);
    const sets = request.parameterSets.map(parameters => bindParameters(known.names, parameters));
    if (sets.length === 0) return '{"updateResults":[]}';
    const job = { known, text: known.text, sets, continueAfterTimeout: false };
    const answer = `{"updateResults":[${sets.map(() => '{"generatedFields":[]}').join(',')}]}`;
    if (request.transactionId !== undefined) {
      return this.#runInTransaction(request.transactionId, request, job, () => answer);
    }
    return this.#run(this.#databases.find(request.database), job, () => answer);
  }

  async begin(request: Target): Promise<string> {
    const { connections, name } = this.#databases.find(request.database);
    const connection = await connections.forTransaction();
    try {
      await connection.client.query('begin');
    } catch (error) {
      connection.discard();
      throw fromStatementError(error);
    }
    const { id } = this.#transactions.add(connections, connection, name);
    return JSON.stringify({ transactionId: id });
  }

  async commit(request: EndRequest): Promise<string> {
    const { id, connection } = this.#transactions.enter(request.transactionId);
    const isAborted = connection.client.getTransactionStatus() === 'E';
    this.#transactions.end(id, isAborted ? 'aborted' : 'ended');
    if (isAborted) {
      void connection.reset();
      throw this.#transactions.notFound(id);
    }
    await this.#finish(connection, 'commit');
    return '{"transactionStatus":"Transaction Committed"}';
  }

  async rollback(request: EndRequest): Promise<string> {
    const { id, connection } = this.#transactions.enter(request.transactionId);
    this.#transactions.end(id, 'ended');
    await this.#finish(connection, 'rollback');
    return '{"transactionStatus":"Rollback Complete"}';
  }

  async #finish(connection: Connection, sql: string): Promise<void> {
    try {
      await connection.client.query(sql);
    } catch (error) {
      throw fromStatementError(error);
    } finally {
      void connection.reset();
    }
  }

  /** Runs a statement that is kept prepared when it is frequent; a plan gone stale has not run, and is made anew. */
  async #runPrepared<T>(database: Database, job: Job, values: readonly BoundValue[], finish: Finish<T>): Promise<T> {
    const name = this.#sql.nameFor(job.known, values);
    try {
      return await this.#run(database, { ...job, name }, finish);
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      return this.#run(database, job, finish);
    }
  }

  async #run<T>(database: Database, job: Job, finish: Finish<T>): Promise<T> {
    const { connections, catalog } = database;
    const connection = await connections.forStatement();
    const run = runStatement(connections, connection, { ...job, timeoutMs: this.#timeoutMs });
    let tag = '';
    try {
      const outcome = await run.answer;
      tag = outcome.tag;
      if (!isPlain(tag)) catalog.forget();
      return await finish(outcome, connection);
    } catch (error) {
      if (isStalePlan(error) && job.name) await connection.client.query(`deallocate ${job.name}`);
      if (isStalePlan(error)) forgetPrepared(connection.client, job.name);
      throw error;
    } finally {
      // The answer does not wait for the connection, which may be busy for long after a timeout.
      void run.settled.then(state => {
        const { client } = connection;
        if (state === 'spoiled') connection.discard();
        else if (client.getTransactionStatus() !== 'I' || (tag && !isPlain(tag)) || job.known.touchesSession)
          void connection.reset();
        else connection.release();
      });
    }
  }

  async #runInTransaction<T>(
    id: string,
    target: Target,
    job: Job,
    finish: (outcome: Outcome, connection: Connection, database: Database) => T | Promise<T>,
  ): Promise<T> {
    const transaction = this.#transactions.enter(id);
    const { connection, connections } = transaction;
    try {
      this.#checkUsable(transaction, target, job.text);
    } catch (error) {
      this.#transactions.leave(id);
      throw error;
    }
    const database = this.#databases.find(transaction.database);
    const run = runStatement(connections, connection, { ...job, timeoutMs: this.#timeoutMs });
    try {
      const outcome = await run.answer;
      if (!isPlain(outcome.tag)) database.catalog.forget();
      return await finish(outcome, connection, database);
    } finally {
      void run.settled.then(state => this.#leave(transaction, state));
    }
  }

  #checkUsable({ id, connection, database }: Transaction, target: Target, sql: string): void {
    if (target.database !== undefined && target.database !== database) {
      throw new DataApiError('BadRequestException', 'Database name is not the same as transaction database');
    }
    if (connection.client.getTransactionStatus() === 'E' && !isRollbackTo(sql)) {
      throw this.#transactions.notFound(id, 'aborted');
    }
  }

  #leave({ id, connection }: Transaction, state: 'reusable' | 'spoiled'): void {
    if (state === 'spoiled') {
      this.#transactions.end(id, 'aborted');
      connection.discard();
    } else if (connection.client.getTransactionStatus() === 'I') {
      this.#transactions.end(id, 'ended');
      void connection.reset();
    } else {
      this.#transactions.leave(id);
    }
  }
}
