import { Catalog } from './catalog.ts';
import { Connections } from './connections.ts';

/** One database of the cluster: how to reach it, and what is known of it. */
export interface Database {
  readonly name: string;
  readonly connections: Connections;
  readonly catalog: Catalog;
}

/** The databases that were asked for, each opened at its first use. */
export class Databases {
  readonly #url: URL;
  readonly #size: number;
  readonly #transactions: number;
  readonly #open = new Map<string, Database>();

  /**
   * @param url names the database that is meant where a request names none.
   * @param size the most connections for single statements.
   * @param transactions the most transactions at once.
   */
  constructor(url: string, size: number, transactions: number) {
    this.#url = new URL(url);
    this.#size = size;
    this.#transactions = transactions;
  }

  find(name = decodeURIComponent(this.#url.pathname.slice(1))): Database {
    const known = this.#open.get(name);
    if (known) return known;
    const url = new URL(this.#url);
    url.pathname = `/${encodeURIComponent(name)}`;
    const connections = new Connections(url.href, this.#size, this.#transactions);
    const database = { name, connections, catalog: new Catalog() };
    this.#open.set(name, database);
    return database;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ connections }) => connections.close()));
    this.#open.clear();
  }
}
