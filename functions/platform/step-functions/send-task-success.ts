import { SendTaskSuccessCommand, type SendTaskSuccessCommandInput } from '@aws-sdk/client-sfn';
import { stepFunctions } from './client.ts';

export async function sendTaskSuccess(input: SendTaskSuccessCommandInput): Promise<void> {
  await stepFunctions.send(new SendTaskSuccessCommand(input));
}
