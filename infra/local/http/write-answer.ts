import type { ServerResponse } from 'node:http';
import { GATEWAY_RESPONSES, type GatewayResponseType, type RenderGatewayResponse } from './gateway-responses.ts';
import type { ProxyReply } from './proxy-reply.ts';
import type { RequestIds } from './request-ids.ts';

/** Answers with a function's reply, under the ids that API Gateway adds. */
export function writeReply(response: ServerResponse, reply: ProxyReply, ids: RequestIds): void {
  write(response, reply.status, [...identify(ids), 'X-Amzn-Trace-Id', ids.traceId, ...reply.headers], reply.body);
}

/** Answers with what the gateway says by itself. */
export function writeGatewayResponse(
  response: ServerResponse,
  type: GatewayResponseType,
  ids: RequestIds,
  render: RenderGatewayResponse,
): void {
  const { errorType } = GATEWAY_RESPONSES[type];
  const { status, headers, body } = render(type, ids.requestId);
  write(response, status, [...identify(ids), 'x-amzn-ErrorType', errorType, ...Object.entries(headers).flat()], body);
}

function identify({ requestId, extendedRequestId }: RequestIds): string[] {
  return ['x-amzn-RequestId', requestId, 'x-amz-apigw-id', extendedRequestId];
}

function write(response: ServerResponse, status: number, headers: string[], body: string): void {
  if (response.destroyed) return;
  const mayHaveBody = status !== 204 && status !== 304;
  if (mayHaveBody) headers.push('Content-Length', String(Buffer.byteLength(body)));
  response.writeHead(status, headers);
  response.end(mayHaveBody ? body : undefined);
}
