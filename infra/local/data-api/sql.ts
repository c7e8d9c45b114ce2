import type { BoundValue } from './parameters.ts';
import { type ParsedSql, parsePlaceholders } from './placeholders.ts';

/** A statement that was seen before. */
interface KnownSql {
  readonly parsed: ParsedSql;
  uses: number;
  /** The declared types of its parameters → the name that it is kept under on connections. */
  readonly names: Map<string, string>;
}

/** Preparing pays from here on. */
const USES_BEFORE_PREPARED = 3;
const MOST_KNOWN = 1_000;
const MOST_PREPARED = 500;

/** Remembers what was found out about statements, so that those used all the time cost little. */
export class SqlCache {
  readonly #known = new Map<string, KnownSql>();
  #prepared = 0;

  parse(sql: string): ParsedSql {
    const known = this.#known.get(sql);
    if (known) {
      known.uses += 1;
      return known.parsed;
    }
    if (this.#known.size >= MOST_KNOWN) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    const parsed = parsePlaceholders(sql);
    this.#known.set(sql, { parsed, uses: 1, names: new Map() });
    return parsed;
  }

  /** The name to prepare a statement under; undefined while it is too rare to be worth it. */
  nameFor(sql: string, values: readonly BoundValue[]): string | undefined {
    const known = this.#known.get(sql);
    if (!known || known.uses < USES_BEFORE_PREPARED) return undefined;
    const declared = values.map(({ oid }) => oid).join();
    const name = known.names.get(declared);
    if (name !== undefined || this.#prepared >= MOST_PREPARED) return name;
    this.#prepared += 1;
    known.names.set(declared, `data_api_${this.#prepared}`);
    return known.names.get(declared);
  }
}

const PLAIN = /^(SELECT|INSERT|UPDATE|DELETE|MERGE)\b/;
const SESSION_FUNCTIONS = /set_config|advisory_lock|\binto\s+temp/i;

/** Whether a statement, given its command tag, may have changed more than rows: the schema, or its session. */
export function isPlain(tag: string): boolean {
  return PLAIN.test(tag);
}

/** Whether a plain statement may leave something behind in its session. */
export function touchesSession(sql: string): boolean {
  return SESSION_FUNCTIONS.test(sql);
}

/** Whether a statement goes back to a savepoint, which alone an aborted transaction may do. */
export function isRollbackTo(sql: string): boolean {
  return /^\s*rollback\s+((work|transaction)\s+)?to\b/i.test(sql);
}
