import { randomBytes } from 'node:crypto';
import type { Connection, Connections } from './connections.ts';
import { DataApiError } from './errors.ts';

/** Why an id names no transaction, in AWS's words. */
const REASONS = {
  expired: 'Transaction may be expired.',
  ended: 'One previous call resulted in a termination of your transaction.',
  aborted: 'Transaction has been aborted due to an error from a previous call.',
} as const;
type Reason = keyof typeof REASONS;

const REMEMBERED = 10_000;

export interface Transaction {
  readonly id: string;
  readonly connections: Connections;
  readonly connection: Connection;
  readonly database: string;
}

interface Entry extends Transaction {
  isBusy: boolean;
  idleTimer: NodeJS.Timeout;
  readonly lifeTimer: NodeJS.Timeout;
  readonly onLost: () => void;
}

export interface TransactionLimits {
  readonly idleMs: number;
  readonly lifeMs: number;
}

/** The open transactions; each ends by itself when nobody uses it, or after a day. */
export class Transactions {
  readonly #limits: TransactionLimits;
  readonly #open = new Map<string, Entry>();
  readonly #ended = new Map<string, Reason>();

  constructor(limits: TransactionLimits) {
    this.#limits = limits;
  }

  add(connections: Connections, connection: Connection, database: string): Transaction {
    const id = randomBytes(96).toString('base64');
    const entry: Entry = {
      id,
      connections,
      connection,
      database,
      isBusy: false,
      idleTimer: this.#startIdleTimer(id),
      lifeTimer: setTimeout(() => this.#drop(id, 'expired'), this.#limits.lifeMs).unref(),
      onLost: () => this.#drop(id, 'aborted'),
    };
    this.#open.set(id, entry);
    // PostgreSQL may end it too: by its own timeouts, or by going down.
    connection.client.once('end', entry.onLost);
    return entry;
  }

  /**
   * Takes a transaction for one call; give it back with {@link Transactions.leave}, or end it.
   * @throws DataApiError if there is none of this id, or another call is using it.
   */
  enter(id: string): Transaction {
    const entry = this.#open.get(id);
    if (!entry) throw this.notFound(id);
    if (entry.isBusy) throw new DataApiError('DatabaseErrorException', 'Transaction is still running a query');
    entry.isBusy = true;
    clearTimeout(entry.idleTimer);
    return entry;
  }

  leave(id: string): void {
    const entry = this.#open.get(id);
    if (!entry) return;
    entry.isBusy = false;
    entry.idleTimer = this.#startIdleTimer(id);
  }

  /** Takes it off the list; its connection is the caller's from now on. */
  end(id: string, reason: Reason): void {
    this.#forget(id, reason);
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.#drop(id, 'expired');
  }

  notFound(id: string, reason = this.#ended.get(id) ?? 'expired'): DataApiError {
    return new DataApiError('TransactionNotFoundException', `Transaction ${id} isn't found. ${REASONS[reason]}`);
  }

  /** Rolls it back by closing its connection. */
  #drop(id: string, reason: Reason): void {
    const entry = this.#forget(id, reason);
    entry?.connection.discard();
  }

  #startIdleTimer(id: string): NodeJS.Timeout {
    return setTimeout(() => this.#drop(id, 'expired'), this.#limits.idleMs).unref();
  }

  #forget(id: string, reason: Reason): Entry | undefined {
    const entry = this.#open.get(id);
    if (!entry) return undefined;
    this.#open.delete(id);
    clearTimeout(entry.idleTimer);
    clearTimeout(entry.lifeTimer);
    entry.connection.client.off('end', entry.onLost);
    this.#ended.set(id, reason);
    if (this.#ended.size > REMEMBERED) {
      for (const oldest of this.#ended.keys()) {
        this.#ended.delete(oldest);
        break;
      }
    }
    return entry;
  }
}
