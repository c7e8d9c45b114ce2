import type { BoundValue } from './parameters.ts';
import { type ParsedSql, parsePlaceholders } from './placeholders.ts';

/** A statement that was seen before. */
export interface KnownSql extends ParsedSql {
  /** Whether it may leave something behind in its session though its command tag says that it only read or wrote rows. */
  readonly touchesSession: boolean;
  uses: number;
  /** The declared types of its parameters → the name that it is kept under on connections. */
  readonly prepared: Map<string, string>;
}

/** Preparing pays from here on. */
const USES_BEFORE_PREPARED = 3;
const MOST_KNOWN = 1_000;
const MOST_PREPARED = 500;

/** Remembers what was found out about statements, so that those used all the time cost little. */
export class SqlCache {
  readonly #known = new Map<string, KnownSql>();
  #prepared = 0;

  find(sql: string): KnownSql {
    const known = this.#known.get(sql);
    if (known) {
      known.uses += 1;
      return known;
    }
    if (this.#known.size >= MOST_KNOWN) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    const found = {
      ...parsePlaceholders(sql),
      touchesSession: SESSION_FUNCTIONS.test(sql),
      uses: 1,
      prepared: new Map<string, string>(),
    };
    this.#known.set(sql, found);
    return found;
  }

  /** The name to prepare a statement under; undefined while it is too rare to be worth it. */
  nameFor(known: KnownSql, values: readonly BoundValue[]): string | undefined {
    if (known.uses < USES_BEFORE_PREPARED) return undefined;
    const declared = values.map(({ oid }) => oid).join();
    const name = known.prepared.get(declared);
    if (name !== undefined || this.#prepared >= MOST_PREPARED) return name;
    this.#prepared += 1;
    known.prepared.set(declared, `data_api_${this.#prepared}`);
    return known.prepared.get(declared);
  }
}

const PLAIN = /^(SELECT|INSERT|UPDATE|DELETE|MERGE)\b/;
const SESSION_FUNCTIONS = /set_config|advisory_lock|\binto\s+temp/i;

/** Whether a statement, given its command tag, may have changed more than rows: the schema, or its session. */
export function isPlain(tag: string): boolean {
  return PLAIN.test(tag);
}

/** Whether a statement goes back to a savepoint, which alone an aborted transaction may do. */
export function isRollbackTo(sql: string): boolean {
  return /^\s*rollback\s+((work|transaction)\s+)?to\b/i.test(sql);
}
