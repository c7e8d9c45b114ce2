import type { APIGatewayProxyEvent } from 'aws-lambda';
import type * as z from 'zod/mini';
import { toFaults, writePath } from './faults.ts';
import type { Fault } from './problem.ts';

/** What of a request a schema checks. */
export interface RawInput {
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A schema over the whole request, so that one pass finds every fault. */
export type InputSchema = z.ZodMiniType<{ readonly path: object; readonly query: object; readonly headers: object }>;

export interface Checked<Input> {
  readonly raw: RawInput;
  /** What is wrong with it; without any, `input` is there. */
  readonly faults: readonly Fault[];
  readonly input?: Input;
}

/** How large a body may be unless its endpoint takes more; what is larger is refused before it is read. */
const bodyBytes = 256 * 1024;

/** Reads path, query, headers and body from the event of a REST API and checks them all, at once. */
export function checkInput<Schema extends InputSchema>(
  schema: Schema,
  event: APIGatewayProxyEvent,
  atMost = bodyBytes,
): Checked<z.infer<Schema>> {
  const unreadable: Fault[] = [];
  const raw = readInput(event, unreadable, atMost);
  const result = schema.safeParse(raw, { reportInput: true });
  if (result.success && unreadable.length === 0) return { raw, faults: [], input: result.data };
  // What could not be read was checked as missing: the reason is the better word.
  const found = toFaults(result.error?.issues ?? []).filter(
    ({ path }) => !unreadable.some(fault => fault.path === path),
  );
  return { raw, faults: [...unreadable, ...found] };
}

function readInput(event: APIGatewayProxyEvent, unreadable: Fault[], atMost: number): RawInput {
  const keep = <T>(path: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      unreadable.push({ path, message: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  return {
    path: mapValues(event.pathParameters, (text, name) => keep(writePath(['path', name]), () => decode(text ?? ''))),
    query: mapValues(event.multiValueQueryStringParameters, (values, name) =>
      keep(writePath(['query', name]), () => readOne(values ?? [])),
    ),
    headers: readHeaders(event.headers),
    body: keep('body', () => readBody(event, atMost)),
  };
}

function mapValues<From, To>(
  from: Readonly<Record<string, From>> | null,
  map: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from ?? {}).map(([name, value]) => [name, map(value, name)]));
}

/** REST APIs hand path parameters over as they were sent: this is the one place where they are decoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('is not valid percent-encoding');
  }
}

function readOne([value, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) throw new Error('is given more than once');
  return value;
}

/** The only header that requests are understood by. An empty one is as good as none. */
function readHeaders(headers: APIGatewayProxyEvent['headers'] | null): Record<string, string> {
  const [, key] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'idempotency-key') ?? [];
  return key === undefined || key === '' ? {} : { 'idempotency-key': key };
}

/** Whatever the content type says, a body is JSON. undefined: there is none. */
function readBody({ body, isBase64Encoded }: APIGatewayProxyEvent, atMost: number): unknown {
  if (body === null || body === undefined || body === '') return undefined;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  if (Buffer.byteLength(text) > atMost) throw new Error(`is larger than ${atMost / 1024} KiB`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
}
