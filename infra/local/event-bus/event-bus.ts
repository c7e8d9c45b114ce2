import { randomUUID } from 'node:crypto';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import { checkRequest, entryFault, isDefaultBus, type PutEventsEntry, ValidationFault } from './entries.ts';

/** An event as a rule's target is given it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventBusOptions {
  readonly region: string;
  readonly accountId: string;
  /** Told of every event that the default bus takes. */
  readonly onEvent?: ((event: BusEvent) => void) | undefined;
}

const TARGET_PREFIX = 'AWSEvents.';

/** EventBridge's PutEvents. There are no rules here: whoever wants the events listens. */
export function createEventBus(options: EventBusOptions): AwsService {
  return {
    matches: ({ headers }) => headers['x-amz-target']?.startsWith(TARGET_PREFIX) ?? false,
    async handle({ headers, body }) {
      const operation = headers['x-amz-target']?.slice(TARGET_PREFIX.length);
      if (operation !== 'PutEvents') return refuse('UnknownOperationException', '');
      const entries = readEntries(body);
      if (entries === undefined) return refuse('SerializationException', '');
      return entries instanceof ValidationFault
        ? refuse('ValidationException', entries.message)
        : answer(200, putEvents(entries, options));
    },
    async close() {},
  };
}

function readEntries(body: AwsRequest['body']): readonly PutEventsEntry[] | ValidationFault | undefined {
  try {
    return checkRequest(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Each entry is taken or refused by itself. */
function putEvents(entries: readonly PutEventsEntry[], { region, accountId, onEvent }: EventBusOptions) {
  const results = entries.map(entry => {
    const fault = entryFault(entry);
    if (fault) return fault;
    const id = randomUUID();
    if (isDefaultBus(entry.EventBusName)) onEvent?.(toEvent(entry, id, region, accountId));
    return { EventId: id };
  });
  return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results };
}

function toEvent(entry: PutEventsEntry, id: string, region: string, account: string): BusEvent {
  const { Source = '', DetailType = '', Detail = '{}', Resources = [], Time = Date.now() / 1000 } = entry;
  return {
    version: '0',
    id,
    'detail-type': DetailType,
    source: Source,
    account,
    // Rules see whole seconds.
    time: `${new Date(Time * 1000).toISOString().slice(0, 19)}Z`,
    region,
    resources: Resources,
    detail: JSON.parse(Detail),
  };
}

const refuse = (code: string, message: string) => answer(400, { __type: code, message });

const answer = (status: number, body: unknown): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(body),
});
