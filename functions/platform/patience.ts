import { AsyncLocalStorage } from 'node:async_hooks';

/** For how long a request waits for its database, and when it is then to come again: seconds, at random between the two. */
interface Manners {
  readonly waitMs: number;
  /** What a statement is given that is sent when there is less patience left than this: nothing has gone wrong with it yet. */
  readonly firstMs: number;
  readonly retryAfter: readonly [from: number, to: number];
}

/**
 * Who asks, and how long that one is let wait. A fleet that waited inside Lambda would use up the account's concurrency, and
 * comes back by itself; a person, or a task, can wait for a database that needs 15 s to resume, within API Gateway's 29.
 */
const manners = {
  fleet: { waitMs: 2_000, firstMs: 2_000, retryAfter: [5, 30] },
  person: { waitMs: 20_000, firstMs: 5_000, retryAfter: [2, 10] },
  task: { waitMs: 20_000, firstMs: 20_000, retryAfter: [2, 10] },
} as const satisfies Record<string, Manners>;

export type Asker = keyof typeof manners;

/** What the statements of one request share. */
export interface Patience {
  /** When it is over, by Date.now(). */
  readonly until: number;
  readonly firstMs: number;
  /** Spread out, so that those who were refused at once do not come back at once. */
  readonly retryAfterSeconds: number;
  readonly requestID: string | undefined;
  /** Whether the log has it already that the database made it wait. */
  isLogged: boolean;
}

const current = new AsyncLocalStorage<Patience>();

/** Lets everything that `act` asks of the database share one patience, which begins now. */
export function patiently<T>(asker: Asker, requestID: string, act: () => Promise<T>): Promise<T> {
  return current.run(newPatience(asker, requestID), act);
}

/** Of the request at hand; outside of any, the least there is. */
export function findPatience(): Patience {
  return current.getStore() ?? newPatience('fleet', undefined);
}

function newPatience(asker: Asker, requestID: string | undefined): Patience {
  const { waitMs, firstMs, retryAfter } = manners[asker];
  const [from, to] = retryAfter;
  return {
    until: Date.now() + waitMs,
    firstMs,
    retryAfterSeconds: from + Math.floor(Math.random() * (to - from + 1)),
    requestID,
    isLogged: false,
  };
}
