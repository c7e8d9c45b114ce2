import { validationFailed } from '../errors.ts';

/** The members that an operation's input must have. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  CreateStateMachine: ['name', 'definition', 'roleArn'],
  DescribeStateMachine: ['stateMachineArn'],
  UpdateStateMachine: ['stateMachineArn'],
  DeleteStateMachine: ['stateMachineArn'],
  ValidateStateMachineDefinition: ['definition'],
  DescribeStateMachineForExecution: ['executionArn'],
  StartExecution: ['stateMachineArn'],
  DescribeExecution: ['executionArn'],
  StopExecution: ['executionArn'],
  ListExecutions: ['stateMachineArn'],
  GetExecutionHistory: ['executionArn'],
  SendTaskSuccess: ['taskToken', 'output'],
  SendTaskFailure: ['taskToken'],
  SendTaskHeartbeat: ['taskToken'],
  TagResource: ['resourceArn', 'tags'],
  UntagResource: ['resourceArn', 'tagKeys'],
  ListTagsForResource: ['resourceArn'],
};

/** @throws ValidationException */
export function requireMembers(operation: string, input: Readonly<Record<string, unknown>>): void {
  for (const member of REQUIRED[operation] ?? []) {
    if (input[member] === undefined || input[member] === null) {
      throw validationFailed(undefined, member, 'Member must not be null');
    }
  }
}
