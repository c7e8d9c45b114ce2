import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';

const client = new EventBridgeClient({});

export function putEvents(input: PutEventsCommandInput, abortSignal: AbortSignal) {
  return client.send(new PutEventsCommand(input), { abortSignal });
}
