import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { createGateway, type GatewayOptions } from './create-gateway.ts';
import { GATEWAY_RESPONSES, type GatewayResponseType, renderDefaultResponse } from './gateway-responses.ts';
import { createRequestIds } from './request-ids.ts';

/** Above the gateway's own limit, so that it is the gateway that refuses, and the connection stays. */
const PARSER_HEADER_BYTES = 64 * 1024;

/** Clients keep connections; longer than their own limits, so that it is seldom the server that closes first. */
const KEEP_ALIVE_MS = 65_000;

/** An HTTP server, not yet listening, that answers as API Gateway does, also to what is no HTTP. */
export function createGatewayServer(options: GatewayOptions): Server {
  const { listener } = createGateway(options);
  const server = createServer({ maxHeaderSize: PARSER_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }, listener);

  const refuse = (socket: Duplex, type: GatewayResponseType) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(formatRefusal(type, options));
  };

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuse(socket, error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST');
  });
  server.on('connect', (_request, socket) => refuse(socket, 'MISSING_AUTHENTICATION_TOKEN'));
  return server;
}

/** A whole response as text, for a connection that is no longer one of requests. */
function formatRefusal(type: GatewayResponseType, { render = renderDefaultResponse }: GatewayOptions): string {
  const { requestId, extendedRequestId } = createRequestIds(Date.now());
  const { status, headers, body } = render(type, requestId);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `x-amzn-RequestId: ${requestId}`,
    `x-amz-apigw-id: ${extendedRequestId}`,
    `x-amzn-ErrorType: ${GATEWAY_RESPONSES[type].errorType}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
