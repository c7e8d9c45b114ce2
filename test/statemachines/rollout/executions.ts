import { type ExecutionListItem, paginateListExecutions, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { type MachineName, machineArn, machineNames } from '../../../infra/place.ts';
import type { TestRuntime } from '../../support/runtime.ts';

/** All executions there were for a deployment, of both machines. */
export async function executionsOf(
  { sfn, place }: TestRuntime,
  deployID: string,
): Promise<readonly ExecutionListItem[]> {
  const found: ExecutionListItem[] = [];
  for (const name of machineNames) {
    const pages = paginateListExecutions({ client: sfn }, { stateMachineArn: machineArn(place, name) });
    for await (const { executions = [] } of pages)
      found.push(...executions.filter(one => one.name?.startsWith(deployID)));
  }
  return found;
}

/** How many run now, of whatever deployment. */
export async function countRunning(runtime: TestRuntime): Promise<number> {
  const all = await executionsOf(runtime, '');
  return all.filter(({ status }) => status === 'RUNNING').length;
}

/** @param generation the one that is living if absent */
export async function stopExecution(
  { sfn, place, sql }: TestRuntime,
  machine: MachineName,
  deployID: string,
  generation?: number,
): Promise<void> {
  const [living] = await sql<{ generation: number }>('select generation from deploy_tasks where id = $1', [deployID]);
  const name = `${deployID}-${generation ?? living?.generation}`;
  const executionArn = `${machineArn(place, machine).replace(':stateMachine:', ':execution:')}:${name}`;
  await sfn.send(new StopExecutionCommand({ executionArn }));
}
