import { StartExecutionCommand, type StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { stepFunctions } from './client.ts';

export async function startExecution(input: StartExecutionCommandInput): Promise<void> {
  await stepFunctions.send(new StartExecutionCommand(input));
}
