import { type ExecutionStatus, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { machines, stepFunctions } from './workflows.ts';

/** Of the failed ones those that began last: one that began before twenty others and failed now is told of by its own event. */
const failedAtMost = 20;

const failed = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const satisfies readonly ExecutionStatus[];

/** Whether an execution of either machine runs, or ended otherwise than it should after a time. */
export async function hasExecutionsSince(time: Date): Promise<boolean> {
  const lists = Object.values(machines).flatMap(machine => [
    list(machine, 'RUNNING', 1).then(running => running.length > 0),
    ...failed.map(async status => {
      const ended = await list(machine, status, failedAtMost);
      return ended.some(({ stopDate }) => stopDate !== undefined && stopDate >= time);
    }),
  ]);
  return (await Promise.all(lists)).includes(true);
}

async function list(stateMachineArn: string, statusFilter: ExecutionStatus, maxResults: number) {
  const { executions = [] } = await stepFunctions().send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults }),
  );
  return executions;
}
