import { collectMultiValues, type MultiValues } from './multi-values.ts';

/** Headers of the connection, and others that API Gateway never hands on. */
const DROPPED = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

export interface ClientConnection {
  readonly sourceIp: string;
  readonly localPort: number;
  readonly traceId: string;
}

/**
 * The headers of a proxy event: names in the case in which they were sent, and those that the gateway adds.
 * @param rawHeaders names and values in turn, as node:http gives them
 */
export function collectHeaders(rawHeaders: readonly string[], connection: ClientConnection): MultiValues {
  const pairs: [string, string][] = [];
  const firstSpelling = new Map<string, string>();
  let forwardedFor = connection.sourceIp;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const key = name.toLowerCase();
    if (DROPPED.has(key)) continue;
    if (key === 'x-forwarded-for') {
      forwardedFor = `${value}, ${forwardedFor}`;
      continue;
    }
    const spelling = firstSpelling.get(key) ?? name;
    firstSpelling.set(key, spelling);
    pairs.push([spelling, value]);
  }
  pairs.push(['X-Forwarded-For', forwardedFor]);
  if (!firstSpelling.has('x-forwarded-port')) pairs.push(['X-Forwarded-Port', String(connection.localPort)]);
  if (!firstSpelling.has('x-forwarded-proto')) pairs.push(['X-Forwarded-Proto', 'http']);
  if (!firstSpelling.has('x-amzn-trace-id')) pairs.push(['X-Amzn-Trace-Id', connection.traceId]);
  return collectMultiValues(pairs);
}

/** Bytes of the request line and the headers as they were sent. */
export function measureHead(method: string, target: string, rawHeaders: readonly string[]): number {
  const line = method.length + target.length + ' '.length + ' HTTP/1.1\r\n'.length;
  // A header is a name, ": ", a value and a line break: two bytes more for each of its two parts.
  return rawHeaders.reduce((size, part) => size + part.length + 2, line);
}
