import { createServer } from 'node:http';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAwsEndpoint } from '../../infra/local/aws-endpoint.ts';
import { type BusEvent, createEventBus } from '../../infra/local/event-bus/event-bus.ts';
import { listen } from './lambda/harness.ts';

const heard: BusEvent[] = [];
const bus = createEventBus({ region: 'eu-west-1', accountId: '123456789012', onEvent: event => heard.push(event) });
const server = createServer(createAwsEndpoint([bus]));
let client: EventBridgeClient;
beforeAll(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new EventBridgeClient({ endpoint: await listen(server), region: 'eu-west-1', credentials, maxAttempts: 1 });
});
beforeEach(() => {
  heard.length = 0;
});
afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const entry = { Source: 'shop', DetailType: 'Sold', Detail: '{"id":1}' };

async function put(...entries: readonly PutEventsRequestEntry[]) {
  const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
  return { FailedEntryCount, Entries };
}

const refusal = (...entries: readonly PutEventsRequestEntry[]) =>
  put(...entries).catch(({ name, message }: Error) => ({ name, message }));

describe('PutEvents', () => {
  test('takes entries for the default bus, and answers the id of each', async () => {
    const Time = new Date('2026-01-02T03:04:05.678Z');

    const answer = await put({ ...entry, Time, Resources: ['arn:x'] }, { ...entry, Detail: '{"id":2}' });

    expect(answer).toEqual({ FailedEntryCount: 0, Entries: heard.map(({ id }) => ({ EventId: id })) });
    expect(heard.map(({ detail }) => detail)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(heard[0]).toEqual({
      version: '0',
      id: expect.any(String),
      source: 'shop',
      'detail-type': 'Sold',
      account: '123456789012',
      region: 'eu-west-1',
      time: '2026-01-02T03:04:05Z',
      resources: ['arn:x'],
      detail: { id: 1 },
    });
  });

  test.each(['Source', 'DetailType', 'Detail'] as const)('refuses an entry without %s by itself', async missing => {
    const { [missing]: _, ...rest } = entry;

    const answer = await put(entry, rest);

    const ErrorMessage = `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`;
    expect(answer).toEqual({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'InvalidArgument', ErrorMessage }],
    });
    expect(heard).toHaveLength(1);
  });

  test.each(['text', '[]', '"{}"', '{'])('refuses the detail %s by itself: it is no object', async Detail => {
    const answer = await put({ ...entry, Detail });

    const fault = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    expect(answer).toEqual({ FailedEntryCount: 1, Entries: [fault] });
  });

  test('takes ten entries, and refuses a request of eleven', async () => {
    const ten = await put(...Array.from({ length: 10 }, () => entry));
    const eleven = await refusal(...Array.from({ length: 11 }, () => entry));

    expect(ten.FailedEntryCount).toBe(0);
    expect(eleven).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/at 'entries' failed .*: Member must have length less than or equal to 10$/),
    });
    expect(heard).toHaveLength(10);
  });

  test('takes a mebibyte of entries, and refuses a request with a byte more', async () => {
    const restBytes = 2 * ('shop'.length + 'Sold'.length);
    const halves = (bytes: number) => [
      { ...entry, Detail: fill(500_000) },
      { ...entry, Detail: fill(bytes - 500_000) },
    ];

    const largest = await put(...halves(1_048_576 - restBytes));
    const larger = await refusal(...halves(1_048_577 - restBytes));

    expect(largest.FailedEntryCount).toBe(0);
    expect(larger).toEqual({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
  });

  test('takes entries for another bus, which nobody hears here', async () => {
    const answer = await put({ ...entry, EventBusName: 'other' });

    expect(answer.FailedEntryCount).toBe(0);
    expect(heard).toEqual([]);
  });
});

/** A JSON object of so many bytes. */
function fill(bytes: number): string {
  return JSON.stringify({ text: 'x'.repeat(bytes - JSON.stringify({ text: '' }).length) });
}
