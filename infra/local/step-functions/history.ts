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
  readonly #events: HistoryEvent[] = [];
  #closed = false;

  constructor(limit: number, onEvent: (event: HistoryEvent) => void = () => undefined) {
    this.#limit = limit;
    this.#onEvent = onEvent;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /**
   * Adds an event and returns its id; nothing after the event that ends the execution.
   * @throws States.Runtime when only the last event still fits
   */
  append(type: string, previousEventId: number, details?: EventDetails): number {
    const id = this.#events.length + 1;
    if (this.#closed) return id;
    const terminal = TERMINAL.has(type);
    if (!terminal && id >= this.#limit) {
      throw runtimeFailure(`The execution reached the maximum number of history events (${this.#limit}).`);
    }
    this.#closed = terminal;
    const event = { timestamp: Date.now() / 1000, type, id, previousEventId, ...details };
    this.#events.push(event);
    this.#onEvent(event);
    return id;
  }

  /** Nothing more is added. */
  close(): void {
    this.#closed = true;
  }
}

/** For the `inputDetails` and `outputDetails` of events. */
export const NOT_TRUNCATED = { truncated: false } as const;
