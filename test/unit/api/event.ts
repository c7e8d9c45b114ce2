import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

export type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

export interface Asked {
  readonly method?: string;
  /** Of the route, as `/things`. */
  readonly resource?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is sent; anything else as JSON. */
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
  readonly authorizer?: object | undefined;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export const requestId = 'c0ffee00-0000-4000-8000-000000000000';

/** Calls a handler with the event that API Gateway would make. */
export async function ask(handler: Handler, asked: Asked = {}): Promise<Told> {
  const {
    method = 'POST',
    resource = '/things',
    path,
    query,
    headers = {},
    body,
    isBase64Encoded = false,
    authorizer,
  } = asked;
  const queries = Object.entries(query ?? {}).map(([name, value]) => [name, [value].flat()] as const);
  const event = {
    httpMethod: method,
    path: '/v1/things',
    resource,
    pathParameters: path ?? null,
    queryStringParameters: query ? Object.fromEntries(queries.map(([name, values]) => [name, values.at(-1)])) : null,
    multiValueQueryStringParameters: query ? Object.fromEntries(queries) : null,
    headers,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded,
    requestContext: { requestId, ...(authorizer && { authorizer }) },
  } as unknown as APIGatewayProxyEvent;
  const answer = await handler(event, {} as Context);
  return { status: answer.statusCode, headers: answer.headers ?? {}, body: JSON.parse(answer.body) };
}
