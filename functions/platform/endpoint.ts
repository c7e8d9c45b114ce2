import middy, { type Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Actor } from '#domain/actor.ts';
import { Refusal } from '#domain/refusal.ts';
import { admit } from './access.ts';
import type { Once } from './database.ts';
import { readOnce } from './idempotency.ts';
import { checkInput, type InputSchema, type RawInput } from './input.ts';
import { type Asker, patiently } from './patience.ts';
import { logger } from './powertools.ts';
import { invalidRequest, toProblem, toRefusal } from './problem.ts';

/** A checked request. */
export type Asked<Schema extends InputSchema> = z.infer<Schema> & {
  readonly actor: Actor;
  /** How to do it once: for its Idempotency-Key, or else for this one request. */
  readonly once: Once;
  /** The same for the same request however often it is sent. */
  readonly operationID: string;
};

export interface Answer {
  readonly status: number;
  /** Text is JSON already, and stays as it is. */
  readonly body: object | string;
}

export interface EndpointOptions {
  /** Called before the faults of a request are told, to throw the refusal that goes before them. */
  readonly precheck?: (raw: RawInput) => Promise<void>;
  /** How large a body may be, where it may be larger than is usual. */
  readonly bodyBytes?: number;
  /** Whether a fleet asks, rather than a person: for how long its requests wait for the database. */
  readonly asker?: Asker;
}

type Handle<Schema extends InputSchema> = (asked: Asked<Schema>) => Promise<Answer>;

/**
 * The Lambda of one endpoint: checks who asks, and the request against its schema, lets `handle` answer, and turns whatever is thrown
 * into a problem document. The chain is built once, when the module is loaded.
 */
export function endpoint<Schema extends InputSchema>(
  schema: Schema,
  handle: Handle<Schema>,
  { precheck, bodyBytes, asker = 'person' }: EndpointOptions = {},
) {
  return (
    // No early time-out: it would cost each request a timer.
    middy<APIGatewayProxyEvent, APIGatewayProxyResult>({ timeoutEarlyInMillis: 0 })
      .use(logRequests)
      // Registered last, so it is the first to see an error, and the log sees what it answered.
      .use(answerErrors)
      .handler((event: APIGatewayProxyEvent) =>
        patiently(asker, event.requestContext.requestId, async () => {
          const { raw, faults, input } = checkInput(schema, event, bodyBytes);
          const actor = admit(event, raw);
          if (input === undefined) {
            await precheck?.(raw);
            throw invalidRequest(faults);
          }
          const once = readOnce(event, raw);
          // A client's key is unique within what it was used for only, and the record of operations knows no more than this.
          return toReply(await handle({ ...input, actor, once, operationID: `${event.path} ${once.key}` }));
        }),
      )
  );
}

type Endpoint = Request<APIGatewayProxyEvent, APIGatewayProxyResult>;

const answerErrors = {
  onError(request: Endpoint): void {
    request.response = toProblem(toRefusal(request.error), request.event.requestContext.requestId);
  },
};

const logRequests = {
  after: ({ event, response }: Endpoint): void => {
    logger.debug('answered', { code: 'requestAnswered', ...describe(event), status: response?.statusCode });
  },
  onError: ({ event, response, error }: Endpoint): void => {
    if (error instanceof Refusal) {
      const { code: refusal, message: detail } = error;
      logger.info('refused', {
        code: 'requestRefused',
        ...describe(event),
        status: response?.statusCode,
        refusal,
        detail,
      });
    } else {
      const failure = error ?? new Error('an error without an error');
      logger.error('failed', {
        code: 'requestFailed',
        ...describe(event),
        status: response?.statusCode,
        error: failure,
      });
    }
  },
};

function describe({ httpMethod: method, resource, pathParameters, requestContext }: APIGatewayProxyEvent) {
  const { service, deployID } = pathParameters ?? {};
  return { requestID: requestContext.requestId, method, resource, service, deployID };
}

function toReply({ status, body }: Answer): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
