import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, single, startHarness } from '../interpreter/harness.ts';

/** What AWS answers about a state machine beside what one has told it. */
describe('a state machine', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness();
  });

  afterAll(() => harness.close());

  const pass = { Type: 'Pass', End: true };
  const roleArn = 'arn:aws:iam::000000000000:role/test';

  it('is described with the variables that its states read', async () => {
    const first = { Type: 'Pass', Assign: { total: 1 }, Next: 'Second' };
    const machine = {
      QueryLanguage: 'JSONata',
      StartAt: 'First',
      States: { First: first, Second: { ...pass, Output: '{% $total %}' } },
    };
    const stateMachineArn = await harness.create(machine);
    const executionArn = await harness.start(stateMachineArn);

    const described = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const ofExecution = await harness.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));

    for (const answer of [described, ofExecution]) {
      expect(answer).toMatchObject({
        variableReferences: { Second: ['total'] },
        encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
        loggingConfiguration: { level: 'OFF', includeExecutionData: false },
        tracingConfiguration: { enabled: false },
      });
    }
  });

  it('is refused with all that is wrong with it', async () => {
    const States = { A: { Type: 'Pass', Next: 'C' }, B: pass };
    const command = new CreateStateMachineCommand({
      name: 'wrong',
      roleArn,
      definition: JSON.stringify({ StartAt: 'A', States }),
    });

    await expect(harness.client.send(command)).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message:
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/A/Next, " +
        `MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'`,
    });
  });

  it('can be validated without being created', async () => {
    const validate = async (definition: object, type?: 'EXPRESS') => {
      const command = new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition), type });
      const { $metadata, ...answer } = await harness.client.send(command);
      return answer;
    };
    const waiting = single({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'f' },
      End: true,
    });

    expect(await validate(waiting)).toEqual({ result: 'OK', diagnostics: [], truncated: false });
    expect(await validate(waiting, 'EXPRESS')).toEqual({
      result: 'FAIL',
      diagnostics: [
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message: "Express state machine does not support '.waitForTaskToken' service integration ",
          location: '/States/Only/Resource',
        },
      ],
      truncated: false,
    });
  });

  it('keeps its tags', async () => {
    const tags = [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ];
    const command = new CreateStateMachineCommand({
      name: 'tagged',
      roleArn,
      definition: JSON.stringify(single(pass)),
      tags,
    });
    const { stateMachineArn: resourceArn = '' } = await harness.client.send(command);

    await harness.client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'b', value: '3' }] }));
    await harness.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'z'] }));

    expect((await harness.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: 'b', value: '3' },
    ]);
    await expect(
      harness.client.send(new ListTagsForResourceCommand({ resourceArn: `${resourceArn}-not` })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound', message: `Resource not found: '${resourceArn}-not'` });
  });
});
