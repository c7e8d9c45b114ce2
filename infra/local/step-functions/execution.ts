import type { Place } from './arn.ts';
import { History, type HistoryEvent, NOT_TRUNCATED } from './history.ts';
import { Branch } from './interpreter/branch.ts';
import type { Machine } from './interpreter/definition.ts';
import { Cancelled, StateFailure } from './interpreter/failure.ts';
import { Json } from './interpreter/json.ts';
import { createRun, type Run } from './interpreter/run.ts';
import { runBranch } from './interpreter/run-branch.ts';
import type { Integrations } from './tasks/integrations.ts';
import { startTimer, type Timer } from './timers.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What an execution is started with. */
export interface ExecutionStart {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  /** The definition it runs to its end, whatever the machine becomes. */
  readonly definition: string;
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startDate: number;
  readonly traceHeader?: string | undefined;
}

/** How it ended. */
export interface ExecutionEnd {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly stopDate: number;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface Surroundings {
  readonly place: Place;
  readonly integrations: Integrations;
  readonly historyLimit: number;
  onEvent(event: HistoryEvent): void;
  /** Told once, when its last event is recorded. */
  onEnd(end: ExecutionEnd): void;
  /** Told of faults of the interpreter itself. */
  onFault(error: unknown): void;
}

/** An execution of a state machine that is under way, or ended in this process. */
export class Execution implements ExecutionStart {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly input: string;
  readonly startDate: number;
  readonly traceHeader: string | undefined;
  readonly history: History;
  /** Settles when it has ended, however that was. */
  readonly closed: Promise<void>;
  readonly #run: Run;
  readonly #surroundings: Surroundings;
  readonly #close: () => void;
  #end: ExecutionEnd | undefined;
  #left = false;

  constructor(start: ExecutionStart, machine: Machine, surroundings: Surroundings) {
    this.arn = start.arn;
    this.name = start.name;
    this.machineArn = start.machineArn;
    this.machineName = start.machineName;
    this.roleArn = start.roleArn;
    this.definition = start.definition;
    this.input = start.input;
    this.startDate = start.startDate;
    this.traceHeader = start.traceHeader;
    this.#surroundings = surroundings;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
    this.history = new History(surroundings.historyLimit, surroundings.onEvent);
    this.#run = createRun({
      place: surroundings.place,
      machine,
      context: contextOf(start),
      history: this.history,
      integrations: surroundings.integrations,
    });
    this.history.append('ExecutionStarted', 0, {
      executionStartedEventDetails: { input: this.input, inputDetails: NOT_TRUNCATED, roleArn: this.roleArn },
    });
  }

  get status(): ExecutionStatus {
    return this.#end?.status ?? 'RUNNING';
  }

  get stopDate(): number | undefined {
    return this.#end?.stopDate;
  }

  get output(): string | undefined {
    return this.#end?.output;
  }

  get error(): string | undefined {
    return this.#end?.error;
  }

  get cause(): string | undefined {
    return this.#end?.cause;
  }

  /** Runs it to its end. Never rejects. */
  async run(): Promise<void> {
    const { machine, baton } = this.#run;
    const clock = this.#startClock(machine.TimeoutSeconds);
    const branch = new Branch(this.#run);
    await baton.take();
    try {
      const output = await runBranch(branch, machine, Json.parse(this.input));
      this.#finish('SUCCEEDED', 'ExecutionSucceeded', branch.last, { output: output.text });
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#fail(branch, error);
    } finally {
      clock?.cancel();
      baton.pass();
    }
  }

  /** Stops it, as StopExecution does; nothing if it has ended. */
  abort(error: string | undefined, cause: string | undefined): void {
    this.#finish('ABORTED', 'ExecutionAborted', 0, { error, cause });
  }

  /** Ends the work without ending the execution: nothing more is recorded. */
  leave(): void {
    this.#left = true;
    this.history.close();
    this.#run.cancellation.cancel();
  }

  /** AWS has an execution that times out stop at exactly that time. */
  #startClock(seconds: number | undefined): Timer | undefined {
    if (seconds === undefined) return undefined;
    const due = this.startDate + seconds * 1000;
    return startTimer(due - Date.now(), () => this.#finish('TIMED_OUT', 'ExecutionTimedOut', 0, {}, due));
  }

  #fail(branch: Branch, thrown: unknown): void {
    if (!(thrown instanceof StateFailure)) this.#surroundings.onFault(thrown);
    const { error, reason: cause } =
      thrown instanceof StateFailure ? thrown : { error: 'States.Runtime', reason: String(thrown) };
    this.#finish('FAILED', 'ExecutionFailed', branch.last, { error, cause });
  }

  #finish(
    status: ExecutionEnd['status'],
    event: string,
    previousId: number,
    how: Pick<ExecutionEnd, 'output' | 'error' | 'cause'>,
    stopDate = Date.now(),
  ): void {
    if (this.#end || this.#left) return;
    const reasons = {
      // The event names the error of a timeout, the description of the execution does not.
      ...(status === 'TIMED_OUT' && { error: 'States.Timeout' }),
      ...(how.error !== undefined && { error: how.error }),
      ...(how.cause !== undefined && { cause: how.cause }),
    };
    this.#end = { status, stopDate, ...how };
    this.history.append(event, previousId, {
      [`${event.charAt(0).toLowerCase()}${event.slice(1)}EventDetails`]:
        how.output === undefined ? reasons : { output: how.output, outputDetails: NOT_TRUNCATED },
    });
    this.#run.cancellation.cancel();
    try {
      this.#surroundings.onEnd(this.#end);
    } catch (error) {
      this.#surroundings.onFault(error);
    }
    this.#close();
  }
}

function contextOf(start: ExecutionStart): Run['context'] {
  const input = Json.parse(start.input);
  return {
    Execution: {
      Id: start.arn,
      get Input() {
        return input.value;
      },
      Name: start.name,
      RoleArn: start.roleArn,
      StartTime: new Date(start.startDate).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: start.machineArn, Name: start.machineName },
  };
}
