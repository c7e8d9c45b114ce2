import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AwsRequest, AwsResponse, AwsService } from './aws-service.ts';
import { readBody } from './http/read-body.ts';

/** More than any service behind the endpoint takes (Lambda: 6 MiB), so that each can refuse in its own words. */
const BODY_BYTES = 8 * 1024 * 1024;

/**
 * One HTTP endpoint for several AWS services: what `AWS_ENDPOINT_URL` points to. The first service that matches answers.
 * @param log told of faults of ours, which callers see only as `InternalFailure`
 */
export function createAwsEndpoint(
  services: readonly AwsService[],
  log: (message: string) => void = () => {},
): RequestListener {
  async function answer(incoming: IncomingMessage): Promise<AwsResponse | undefined> {
    const body = await readBody(incoming, BODY_BYTES);
    if (body === 'aborted') return undefined;
    if (body === 'tooLarge') return formatFailure(413, 'RequestEntityTooLargeException', 'The request is too large');
    const request = toAwsRequest(incoming, body);
    const service = services.find(candidate => candidate.matches(request));
    if (service === undefined) return formatFailure(404, 'UnknownOperationException', 'No service has this operation');
    return await service.handle(request);
  }

  return async (incoming, outgoing) => {
    try {
      send(outgoing, await answer(incoming));
    } catch (error) {
      log(`${incoming.method} ${incoming.url} failed: ${error instanceof Error ? error.stack : error}`);
      send(outgoing, formatFailure(500, 'InternalFailure', 'The request failed because of an unknown error'));
    }
  };
}

function toAwsRequest(incoming: IncomingMessage, body: Buffer): AwsRequest {
  const [path = '/', query = ''] = splitOnce(incoming.url ?? '/', '?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: incoming.method ?? 'GET', path, query: new URLSearchParams(query), headers, body };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function formatFailure(status: number, code: string, message: string): AwsResponse {
  const headers = {
    'content-type': 'application/json',
    'x-amzn-errortype': code,
    'x-amzn-requestid': randomUUID(),
  };
  return { status, headers, body: JSON.stringify({ __type: code, message }) };
}

function send(outgoing: ServerResponse, response: AwsResponse | undefined): void {
  if (response === undefined || outgoing.destroyed) return;
  const length = Buffer.byteLength(response.body);
  const lengthHeader = response.status === 204 ? {} : { 'content-length': String(length) };
  outgoing.writeHead(response.status, { ...response.headers, ...lengthHeader });
  outgoing.end(response.body);
}
