import { runtimeFailure } from './interpreter/failure.ts';

/** One event, as GetExecutionHistory shows it; `timestamp` in seconds. */
export interface HistoryEvent {
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  /** `…EventDetails`, named after the type. */
  readonly [details: string]: unknown;
}

export type EventDetails = Readonly<Record<`${string}EventDetails`, Readonly<Record<string, unknown>>>>;

const TERMINAL = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);

/** What happened in one execution, in order. */
export class History {
  readonly #limit: number;
  readonly #onEvent: (event: HistoryEvent) => void;
  #events: HistoryEvent[];
  #count: number;
  #closed = false;

  constructor(limit: number, onEvent: (event: HistoryEvent) => void = () => undefined, events: HistoryEvent[] = []) {
    this.#limit = limit;
    this.#onEvent = onEvent;
    this.#events = events;
    this.#count = events.length;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Adds an event and returns its id; nothing after the event that ends the execution.
   * @throws States.Runtime when only the last event still fits
   */
  append(type: string, previousEventId: number, details?: EventDetails): number {
    if (this.#closed) return this.#count;
    const terminal = TERMINAL.has(type);
    if (!terminal && this.#count + 1 >= this.#limit) {
      throw runtimeFailure(`The execution reached the maximum number of history events (${this.#limit}).`);
    }
    this.#closed = terminal;
    this.#count += 1;
    const event = { timestamp: Date.now() / 1000, type, id: this.#count, previousEventId, ...details };
    this.#events.push(event);
    this.#onEvent(event);
    return event.id;
  }

  /** Frees the events of a closed execution that are kept elsewhere. */
  release(): void {
    this.#events = [];
  }
}

/** For the `inputDetails` and `outputDetails` of events. */
export const NOT_TRUNCATED = { truncated: false } as const;
