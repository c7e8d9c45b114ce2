import type { ExecutionEnd, ExecutionStart } from '../execution.ts';
import type { HistoryEvent } from '../history.ts';

/** An execution that has ended. */
export interface ClosedExecution extends ExecutionStart, ExecutionEnd {
  readonly history: { readonly events: readonly HistoryEvent[] };
}

/** What lists and filters need of an execution. */
export type ExecutionSummary = Pick<ExecutionStart, 'arn' | 'name' | 'machineArn' | 'startDate'> &
  Pick<ExecutionEnd, 'status' | 'stopDate'>;

/** Remembers executions beyond their end. */
export interface Records {
  has(arn: string): boolean;
  begin(start: ExecutionStart): void;
  add(arn: string, event: HistoryEvent): void;
  end(start: ExecutionStart, end: ExecutionEnd, events: readonly HistoryEvent[]): void;
  /** Undefined if it is not known, or still runs. */
  read(arn: string): Promise<ClosedExecution | undefined>;
  /** The closed ones of a machine, in no order. */
  list(machineArn: string): readonly ExecutionSummary[];
  close(): Promise<void>;
}
