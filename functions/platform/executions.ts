import { type ExecutionStatus, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from './step-functions/client.ts';
import { machines } from './workflows.ts';

/** Those that began last: one that began before twenty others and failed now is told of by its own event. */
const endedAtMost = 20;

/** One that succeeded may have left something, too: the start of the next one, or what EventBridge did not take. */
const ended = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const satisfies readonly ExecutionStatus[];

/** Whether an execution of either machine runs, or ended after a time. */
export async function hasExecutionsSince(time: Date): Promise<boolean> {
  const lists = Object.values(machines).flatMap(machine => [
    list(machine, 'RUNNING', 1).then(running => running.length > 0),
    ...ended.map(async status => {
      const last = await list(machine, status, endedAtMost);
      return last.some(({ stopDate }) => stopDate !== undefined && stopDate >= time);
    }),
  ]);
  return (await Promise.all(lists)).includes(true);
}

async function list(stateMachineArn: string, statusFilter: ExecutionStatus, maxResults: number) {
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults }),
  );
  return executions;
}
