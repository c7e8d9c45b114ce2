import type { EventEmitter } from 'node:events';
import type { FieldDef, Submittable } from 'pg';
import { CopyError } from './errors.ts';
import type { BoundValue } from './parameters.ts';

/** What one run of a statement gave. */
export interface Outcome {
  /** The columns; undefined where the statement has no result set. */
  readonly columns: readonly FieldDef[] | undefined;
  /** In PostgreSQL's text format. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Octets as PostgreSQL sends them: 2 for each row, 4 for each value, and the texts. */
  readonly size: number;
  /** PostgreSQL's command tag, such as `INSERT 0 1`. */
  readonly tag: string;
}

export interface StatementOptions {
  readonly text: string;
  /** The name that the statement is kept under, prepared, on this connection; without, it is prepared each time. */
  readonly name?: string | undefined;
  /** Each makes one execution; all are one transaction where none is open. */
  readonly sets: readonly (readonly BoundValue[])[];
  /** Rows are dropped from here on. */
  readonly maxSize: number;
  /** Called once when the result outgrows `maxSize`. */
  readonly onOversize: () => void;
}

/** The part of pg's connection that speaks the extended query protocol. */
interface Wire extends EventEmitter {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string>;
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  bind(message: { statement: string; values: readonly (string | Buffer | null)[] }): void;
  describe(message: { type: 'P' }): void;
  execute(message: object): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/**
 * One statement on its way through pg's client: pg's own would not declare the types of parameters, and would
 * parse each value and build objects that nobody wants here.
 */
export class Statement implements Submittable {
  readonly name: string | undefined;
  readonly text: string;
  readonly result: Promise<Outcome>;
  readonly #options: StatementOptions;
  #columns: readonly FieldDef[] | undefined;
  #rows: (readonly (string | null)[])[] = [];
  #size = 0;
  #tag = '';
  #copy: string | undefined;
  #resolve: (outcome: Outcome) => void;
  #reject: (error: Error) => void;

  constructor(options: StatementOptions) {
    this.#options = options;
    this.name = options.name;
    this.text = options.text;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.result = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    wire.stream.cork();
    let declared: string | undefined;
    for (const values of this.#options.sets) {
      const types = values.map(({ oid }) => oid);
      const declaration = types.join();
      const isKept = this.name !== undefined && wire.parsedStatements[this.name] !== undefined;
      if (!isKept && declaration !== declared) wire.parse({ name: this.name ?? '', text: this.text, types });
      declared = declaration;
      wire.bind({ statement: this.name ?? '', values: values.map(({ value }) => value) });
      wire.describe({ type: 'P' });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription(message: { fields: readonly FieldDef[] }): void {
    this.#columns = message.fields;
  }

  handleDataRow(message: { fields: readonly (string | null)[]; length: number }): void {
    const before = this.#size;
    // The message's length counts itself, and no more than what the limit counts.
    this.#size += message.length - 4;
    if (this.#size <= this.#options.maxSize) this.#rows.push(message.fields);
    else if (before <= this.#options.maxSize) {
      this.#rows = [];
      this.#options.onOversize();
    }
  }

  handleCommandComplete(message: { text: string }): void {
    this.#tag = message.text;
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: unknown): void {
    this.#copy = 'CopyInResponse';
    const wire = connection as Wire;
    wire.sendCopyFail('');
    // The one sent with the statement was lost on a server that waited for data.
    wire.sync();
  }

  handleCopyData(): void {
    this.#copy = 'CopyOutResponse';
  }

  handleReadyForQuery(): void {
    if (this.#copy) this.#reject(new CopyError(this.#copy));
    else this.#resolve({ columns: this.#columns, rows: this.#rows, size: this.#size, tag: this.#tag });
  }

  /** Called with PostgreSQL's error, or with that of a lost connection. */
  handleError(error: Error & { severity?: string }, connection: unknown): void {
    const reason = this.#copy ? new CopyError(this.#copy) : error;
    if (error.severity !== 'ERROR') {
      this.#reject(reason);
      return;
    }
    // Only then is it known how the transaction stands, and is the connection free.
    const wire = connection as Wire;
    const settle = (): void => {
      wire.off('readyForQuery', settle).off('end', settle);
      this.#reject(reason);
    };
    wire.once('readyForQuery', settle).once('end', settle);
  }
}
