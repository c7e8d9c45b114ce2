import type { IncomingMessage, RequestListener } from 'node:http';
import type { InvokeResult } from '../lambda/local-function.ts';
import { LambdaServiceError } from '../lambda/service-error.ts';
import { settleWithin } from '../lambda/settle-within.ts';
import { type AuthorizerOptions, createAuthorizer } from './authorizer.ts';
import { type GatewayResponseType, type RenderGatewayResponse, renderDefaultResponse } from './gateway-responses.ts';
import { BODY_BYTES, HEADER_BYTES, INTEGRATION_TIMEOUT_SECONDS } from './limits.ts';
import { collectQuery } from './multi-values.ts';
import { createProxyEvent } from './proxy-event.ts';
import { type ProxyReply, parseProxyReply } from './proxy-reply.ts';
import { readBody } from './read-body.ts';
import { collectHeaders, measureHead } from './request-headers.ts';
import { createRequestIds, type RequestIds } from './request-ids.ts';
import { parseRequestTarget } from './request-target.ts';
import { createRouter, type GatewayRoute } from './router.ts';
import { writeGatewayResponse, writeReply } from './write-answer.ts';

export interface GatewayOptions {
  readonly routes: readonly GatewayRoute[];
  readonly invoke: (functionName: string, event: unknown) => Promise<InvokeResult>;
  /** The first segment of every path. */
  readonly stage: string;
  readonly accountId: string;
  readonly region: string;
  /** Asked about every call of a method. Without one nobody is. */
  readonly authorizer?: AuthorizerOptions | undefined;
  /** Told why a request ended in a 5xx of the gateway. */
  readonly log?: (message: string) => void;
  readonly render?: RenderGatewayResponse;
  readonly integrationTimeoutSeconds?: number;
}

export interface Gateway {
  readonly listener: RequestListener;
}

/** What one request came to; nothing when the client has gone. */
type Outcome = ProxyReply | GatewayResponseType | undefined;

class IntegrationTimeout extends Error {}

/**
 * API Gateway's REST API with Lambda proxy integrations, and no binary media types: bodies are UTF-8 text.
 * @throws Error for routes that AWS would refuse
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { invoke, stage, accountId, log = () => {}, render = renderDefaultResponse } = options;
  const timeoutMs = (options.integrationTimeoutSeconds ?? INTEGRATION_TIMEOUT_SECONDS) * 1000;
  const findRoute = createRouter(options.routes);
  const authorize = options.authorizer && createAuthorizer(options.authorizer, { invoke, region: options.region, log });

  async function answer(request: IncomingMessage, ids: RequestIds, time: number): Promise<Outcome> {
    const { method = 'GET', url = '/', headers, rawHeaders, socket } = request;
    const bytes = await readBody(request, BODY_BYTES);
    if (bytes === 'aborted') return undefined;
    if (measureHead(method, url, rawHeaders) > HEADER_BYTES) return 'HEADERS_TOO_LARGE';
    const target = parseRequestTarget(url);
    if (target.stage !== stage) return 'FORBIDDEN';
    const match = findRoute(method, target.path);
    if (match === undefined) return 'MISSING_AUTHENTICATION_TOKEN';
    if (bytes === 'tooLarge') return 'REQUEST_TOO_LARGE';

    const sourceIp = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const connection = { sourceIp, localPort: socket.localPort ?? 0, traceId: ids.traceId };
    const asked = {
      method,
      httpVersion: request.httpVersion,
      target,
      match,
      headers: collectHeaders(rawHeaders, connection),
      query: collectQuery(target.query),
      body: bytes.toString('utf8'),
      host: headers.host ?? '',
      userAgent: headers['user-agent'] ?? null,
      sourceIp,
      ids,
      time,
      accountId,
    };
    const authorizer = await authorize?.(asked);
    if (typeof authorizer === 'string') return authorizer;
    const event = createProxyEvent(authorizer === undefined ? asked : { ...asked, authorizer });
    return await integrate(match.route.functionName, event, ids);
  }

  async function integrate(functionName: string, event: object, ids: RequestIds): Promise<Outcome> {
    const fail = (reason: string, type: GatewayResponseType = 'INTEGRATION_FAILURE') => {
      log(`${functionName} ${ids.requestId}: ${reason}`);
      return type;
    };
    try {
      const result = await settleWithin(invoke(functionName, event), timeoutMs, () => new IntegrationTimeout());
      if (result.functionError !== undefined) return fail(`function error ${result.payload}`);
      return parseProxyReply(result.payload) ?? fail('malformed proxy reply');
    } catch (error) {
      if (error instanceof LambdaServiceError && error.status === 413) return 'EVENT_TOO_LARGE';
      if (error instanceof IntegrationTimeout) return fail('no answer in time', 'INTEGRATION_TIMEOUT');
      return fail(String(error));
    }
  }

  return {
    listener: async (request, response) => {
      const time = Date.now();
      const ids = createRequestIds(time);
      try {
        const outcome = await answer(request, ids, time);
        if (typeof outcome === 'object') writeReply(response, outcome, ids);
        else if (outcome !== undefined) writeGatewayResponse(response, outcome, ids, render);
      } catch (error) {
        log(`${ids.requestId}: ${error instanceof Error ? error.stack : error}`);
        if (response.headersSent) response.destroy();
        else writeGatewayResponse(response, 'INTEGRATION_FAILURE', ids, render);
      }
    },
  };
}
