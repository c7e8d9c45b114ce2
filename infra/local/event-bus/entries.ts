/** An entry of PutEvents, as it comes over the wire: the time in seconds. */
export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  readonly Time?: number;
}

/** What is wrong with a request as a whole. */
export class ValidationFault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const MAX_ENTRIES = 10;

/** Of all entries of a request together; 256 KiB until January 2026. */
const MAX_BYTES = 1024 * 1024;

export function checkRequest({ Entries: entries }: { Entries?: readonly PutEventsEntry[] }) {
  if (entries === undefined) return constraint('null', 'Member must not be null');
  const shown = `'${JSON.stringify(entries)}'`;
  if (entries.length < 1) return constraint(shown, 'Member must have length greater than or equal to 1');
  if (entries.length > MAX_ENTRIES) {
    return constraint(shown, `Member must have length less than or equal to ${MAX_ENTRIES}`);
  }
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAX_BYTES) return new ValidationFault('Total size of the entries in the request is over the limit.');
  return entries;
}

function constraint(value: string, text: string): ValidationFault {
  return new ValidationFault(
    `1 validation error detected: Value ${value} at 'entries' failed to satisfy constraint: ${text}`,
  );
}

/** As EventBridge counts: a time is 14 bytes. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

/** Why this entry is not taken; undefined: it is. */
export function entryFault(entry: PutEventsEntry): { ErrorCode: string; ErrorMessage: string } | undefined {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find(name => !entry[name]);
  if (missing) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  if (!isObject(entry.Detail ?? '')) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return undefined;
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** By name, or by ARN. */
export function isDefaultBus(name = 'default'): boolean {
  return name === 'default' || name.endsWith(':event-bus/default');
}
