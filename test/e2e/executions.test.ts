import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { givenFleet, whenReleased } from '../support/release.ts';
import { openTarget, type Target } from './target.ts';

describe('who watches Step Functions', () => {
  let target: Target;
  let client: SFNClient;

  beforeAll(async () => {
    target = await openTarget();
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    client = new SFNClient(target.awsUrl ? { endpoint: target.awsUrl, region: 'us-east-1', credentials } : {});
  });

  afterAll(async () => {
    client.destroy();
    await target.close();
  });

  it('sees each release as an execution, and its steps by their names', async () => {
    const fleet = await givenFleet(target.api, 2);
    const strategy = { type: 'rolling', batchSize: 1, bakeSeconds: 0.1 };
    const release = await whenReleased(target.api, fleet, 'v2', { strategy });
    await release.reaches('completed');
    await release.rollBack();
    await release.reaches('rolledBack');

    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    const arnOf = (name: string) => stateMachines.find(machine => machine.name?.endsWith(name))?.stateMachineArn;
    const rollout = await findExecution(arnOf('-rollout'), release.id);
    const rollback = await findExecution(arnOf('-rollback'), release.id);

    expect(rollout).toMatchObject({
      status: 'SUCCEEDED',
      input: JSON.stringify({ deployID: release.id, generation: 1 }),
    });
    expect(await statesOf(rollout.executionArn)).toEqual([
      'Begin',
      ...['ChooseNext', 'FollowDecision', 'DeployBatch', 'ChooseNext', 'FollowDecision', 'BakeBatch'],
      ...['ChooseNext', 'FollowDecision', 'DeployBatch', 'ChooseNext', 'FollowDecision', 'BakeBatch'],
      ...['ChooseNext', 'FollowDecision', 'Completed'],
    ]);
    expect(rollback.name).toBe(`${release.id}-2`);
    expect(await statesOf(rollback.executionArn)).toEqual([
      'Begin',
      ...['ChooseUndo', 'FollowDecision', 'UndoBatch', 'ChooseUndo', 'FollowDecision', 'UndoBatch'],
      ...['ChooseUndo', 'FollowDecision', 'RolledBack'],
    ]);
  });

  /** Once it has ended: its last step comes after what that step did can be seen. */
  async function findExecution(stateMachineArn: string | undefined, deployID: string) {
    return vi.waitFor(async () => {
      const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
      const found = executions.find(({ name }) => name?.startsWith(deployID));
      const described = await client.send(new DescribeExecutionCommand({ executionArn: found?.executionArn }));
      if (described.status === 'RUNNING') throw new Error('it runs');
      return described;
    }, 5_000);
  }

  async function statesOf(executionArn: string | undefined): Promise<(string | undefined)[]> {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }
});
