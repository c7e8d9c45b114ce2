import { randomUUID } from 'node:crypto';
import { executionArn, type Place, requireArn } from './arn.ts';
import { executionDoesNotExist, ServiceError } from './errors.ts';
import { Execution, type ExecutionEnd, type ExecutionStart } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import { isTooLarge } from './interpreter/json.ts';
import { jsonFault } from './json-fault.ts';
import type { StateMachines } from './machines.ts';
import { requireName } from './names.ts';
import type { ClosedExecution, ExecutionSummary, Records } from './records/records.ts';
import type { Integrations } from './tasks/integrations.ts';

interface Options {
  readonly place: Place;
  readonly historyLimit: number;
  readonly machines: StateMachines;
  readonly records: Records;
  readonly onFault: (error: unknown) => void;
}

type Listed = Execution | ExecutionSummary;

/** An execution as operations show it, running or closed. */
export type ExecutionView = Execution | ClosedExecution;

/** The executions of the account: those that run, and through the records those that ran. */
export class Executions {
  readonly #options: Options;
  readonly #running = new Map<string, Execution>();
  /** Set right after construction: integrations start executions, and executions call integrations. */
  #integrations: Integrations | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  connect(integrations: Integrations): void {
    this.#integrations = integrations;
  }

  /** Those of one machine, newest first. */
  list(machineArn: string): readonly Listed[] {
    const running = [...this.#running.values()].filter(execution => execution.machineArn === machineArn);
    const all: Listed[] = [...running, ...this.#options.records.list(machineArn)];
    // A stable sort of the reversed list: of two that started in one millisecond the later one is first.
    return all.toReversed().sort((a, b) => b.startDate - a.startDate);
  }

  /**
   * Starts an execution; the same name and input again while it runs is the same execution.
   * @param name a random one when undefined
   * @throws StateMachineDoesNotExist, ExecutionAlreadyExists, InvalidName, InvalidExecutionInput
   */
  start(machineArn: string, name: string | undefined, input: string, traceHeader?: string): Execution {
    const { place, machines, records } = this.#options;
    const machine = machines.require(machineArn);
    const ownName = requireName(name ?? randomUUID());
    requireInput(input);
    const arn = executionArn(place, machine.name, ownName);
    const running = this.#running.get(arn);
    if (running?.input === input) return running;
    if (running || records.has(arn)) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    return this.#run({
      arn,
      name: ownName,
      machineArn: machine.arn,
      machineName: machine.name,
      roleArn: machine.roleArn,
      definition: machine.definition,
      input,
      startDate: Date.now(),
      traceHeader,
    });
  }

  /** @throws InvalidArn, ExecutionDoesNotExist */
  async require(arn: string): Promise<ExecutionView> {
    requireArn(arn);
    const execution = this.#running.get(arn) ?? (await this.#options.records.read(arn));
    if (!execution) throw executionDoesNotExist(arn);
    return execution;
  }

  /** Leaves what runs where it is, as the end of the process would. */
  close(): void {
    for (const execution of this.#running.values()) execution.leave();
    this.#running.clear();
  }

  #run(start: ExecutionStart): Execution {
    const { place, historyLimit, machines, records, onFault } = this.#options;
    if (!this.#integrations) throw new Error('The executions are not connected to their integrations.');
    records.begin(start);
    const execution: Execution = new Execution(start, machines.parse(start.definition), {
      place,
      integrations: this.#integrations,
      historyLimit,
      onFault,
      onEvent: (event: HistoryEvent) => records.add(start.arn, event),
      onEnd: (end: ExecutionEnd) => {
        this.#running.delete(start.arn);
        records.end(start, end, execution.history.events);
      },
    });
    this.#running.set(start.arn, execution);
    void execution.run();
    return execution;
  }
}

/** @throws InvalidExecutionInput */
function requireInput(input: string): void {
  const refuse = (reason: string) =>
    new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  if (isTooLarge(input)) throw refuse('Input size exceeds the maximum number of bytes service limit.');
  if (input.trim() === '') throw refuse('Invalid execution input.');
  const fault = jsonFault(input);
  if (fault !== undefined) throw refuse(fault);
}
