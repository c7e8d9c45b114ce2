import { ServiceError, validationFailed } from '../errors.ts';
import { Execution, type ExecutionStatus } from '../execution.ts';
import type { Executions, ExecutionView } from '../executions.ts';
import type { StateMachines } from '../machines.ts';
import { type PageRequest, page } from '../pages.ts';
import type { Operations } from './operation.ts';
import { showEvent } from './show-event.ts';

interface ExecutionInput extends PageRequest {
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly name?: string;
  readonly input?: string;
  readonly traceHeader?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly statusFilter?: string;
  readonly redriveFilter?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
  readonly includedData?: string;
}

const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];
const MAX_LIST_TOKEN = 3_096;

export function executionOperations(machines: StateMachines, executions: Executions): Operations {
  return {
    StartExecution({ stateMachineArn, name, input = '{}', traceHeader }: ExecutionInput) {
      const { arn, startDate } = executions.start(stateMachineArn, name, input, traceHeader);
      return { executionArn: arn, startDate: startDate / 1000 };
    },

    StartSyncExecution() {
      throw new ServiceError(
        'StateMachineTypeNotSupported',
        'This operation is not supported by this type of state machine',
      );
    },

    async DescribeExecution({ executionArn }: ExecutionInput) {
      return describe(await executions.require(executionArn));
    },

    async StopExecution({ executionArn, error, cause }: ExecutionInput) {
      const execution = await executions.require(executionArn);
      if (execution instanceof Execution) execution.abort(error, cause);
      return { stopDate: (execution.stopDate ?? Date.now()) / 1000 };
    },

    ListExecutions(request: ExecutionInput) {
      const machine = machines.require(request.stateMachineArn);
      requireStatus(request.statusFilter);
      const found = executions
        .list(machine.arn)
        .filter(({ status }) => !request.statusFilter || status === request.statusFilter)
        .filter(() => request.redriveFilter !== 'REDRIVEN');
      const { items, ...rest } = page(found, request, MAX_LIST_TOKEN);
      return { executions: items.map(summarise), ...rest };
    },

    async GetExecutionHistory(request: ExecutionInput) {
      const { events } = (await executions.require(request.executionArn)).history;
      const { items, ...rest } = page(request.reverseOrder ? events.toReversed() : events, request);
      const withData = request.includeExecutionData ?? true;
      return { events: withData ? items : items.map(showEvent), ...rest };
    },
  };
}

/** @throws ValidationException */
function requireStatus(filter: string | undefined): void {
  if (filter === undefined || STATUSES.includes(filter)) return;
  throw validationFailed(filter, 'statusFilter', `Member must satisfy enum value set: [${STATUSES.join(', ')}]`);
}

function describe(execution: ExecutionView) {
  const { arn, machineArn, name, status, startDate, stopDate, input, output, error, cause, traceHeader } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    status,
    startDate: startDate / 1000,
    ...(stopDate !== undefined && { stopDate: stopDate / 1000 }),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(traceHeader !== undefined && { traceHeader }),
    redriveCount: 0,
    ...redriveOf(status),
  };
}

function redriveOf(status: ExecutionStatus) {
  if (status !== 'RUNNING' && status !== 'SUCCEEDED') return { redriveStatus: 'REDRIVABLE' };
  return {
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}

interface Summary {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: number;
  readonly stopDate?: number | undefined;
}

const summarise = ({ arn, machineArn, name, status, startDate, stopDate }: Summary) => ({
  executionArn: arn,
  stateMachineArn: machineArn,
  name,
  status,
  startDate: startDate / 1000,
  ...(stopDate !== undefined && { stopDate: stopDate / 1000 }),
  redriveCount: 0,
});
