import type { ExecutionEnd, ExecutionStart } from '../execution.ts';
import type { HistoryEvent } from '../history.ts';
import type { ClosedExecution, ExecutionSummary, Records } from './records.ts';

const MAX_CLOSED = 10_000;
const MAX_EVENTS = 500_000;

/** Records in memory; the oldest go when there are too many. */
export class MemoryRecords implements Records {
  readonly #closed = new Map<string, ClosedExecution>();
  #events = 0;

  has(arn: string): boolean {
    return this.#closed.has(arn);
  }

  begin(): void {
    // A running execution keeps its own state.
  }

  add(): void {
    // And its own events.
  }

  end(start: ExecutionStart, end: ExecutionEnd, events: readonly HistoryEvent[]): void {
    const { arn, name, machineArn, machineName, roleArn, definition, input, startDate, traceHeader } = start;
    const copy = { arn, name, machineArn, machineName, roleArn, definition, input, startDate, traceHeader };
    this.#closed.set(arn, { ...copy, ...end, history: { events } });
    this.#events += events.length;
    for (const oldest of this.#closed.values()) {
      if (this.#closed.size <= MAX_CLOSED && this.#events <= MAX_EVENTS) return;
      this.#closed.delete(oldest.arn);
      this.#events -= oldest.history.events.length;
    }
  }

  async read(arn: string): Promise<ClosedExecution | undefined> {
    return this.#closed.get(arn);
  }

  list(machineArn: string): readonly ExecutionSummary[] {
    return [...this.#closed.values()].filter(execution => execution.machineArn === machineArn);
  }

  async close(): Promise<void> {
    this.#closed.clear();
  }
}
