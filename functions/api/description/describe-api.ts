import * as z from 'zod/mini';
import { mayCall, roles, rolesOfOneService } from '#domain/roles.ts';
import type { RouteDefinition } from '../../routes.ts';
import { describeRefusals } from './describe-refusals.ts';
import { createSchemaWriter, type JsonSchema } from './json-schema.ts';
import { problem } from './problem-schema.ts';

type Writer = ReturnType<typeof createSchemaWriter>;

/** The OpenAPI 3.1 document of a table of routes. */
export function describeApi(routes: Readonly<Record<string, RouteDefinition>>): object {
  const writer = createSchemaWriter();
  const problemSchema = writer.write(problem, 'output');
  const paths: Record<string, Record<string, object>> = {};
  for (const [id, route] of Object.entries(routes)) {
    const path = `/v1${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(id, route, writer, problemSchema) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Service Manager',
      version: '1',
      description: 'The catalogue of services, and the progressive release of their versions.',
    },
    servers: [{ url: '/' }],
    paths,
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: aboutTokens } },
      schemas: Object.fromEntries(Object.entries(writer.shared).sort()),
    },
  };
}

const aboutTokens =
  'One that POST /v1/tokens made, or a JWT of the issuer that was set up. A local runtime without --auth needs none.';

function describeOperation(id: string, route: RouteDefinition, writer: Writer, problemSchema: JsonSchema): object {
  const { tag, summary, description, input, answers, example } = route.operation;
  const { properties } = writer.write(input, 'input') as { properties: Record<string, JsonSchema> };
  const first = Number(Object.keys(answers).at(-1));
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, describeRoles(route)].filter(Boolean).join(' '),
    security: [{ token: [] }],
    parameters: [
      ...describeParameters('path', properties['path']),
      ...describeParameters('query', properties['query']),
      ...describeParameters('header', properties['headers']),
    ],
    ...describeBody(input, writer, example?.body),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description: what, schema }]) => {
          const shown = Number(status) === first ? example?.answer : undefined;
          return [
            status,
            { description: what, content: { 'application/json': content(writer.write(schema, 'output'), shown) } },
          ];
        }),
      ),
      ...describeRefusals(route, problemSchema),
    },
  };
}

function describeRoles({ method, path }: RouteDefinition): string {
  const names = roles
    .filter(role => mayCall(role, method, path))
    .map(role => (rolesOfOneService.includes(role) ? `${role} (of this service)` : role));
  return `Roles: ${names.join(', ')}.`;
}

function content(schema: JsonSchema, example: object | undefined): object {
  return example === undefined ? { schema } : { schema, example };
}

const headerNames: Readonly<Record<string, string>> = { 'idempotency-key': 'Idempotency-Key' };

function describeParameters(place: 'path' | 'query' | 'header', schema: JsonSchema = {}): object[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...inner }]) => ({
    name: headerNames[name] ?? name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: inner,
  }));
}

/** Only a schema that says what the body is makes it one that is read. */
function describeBody(
  input: RouteDefinition['operation']['input'],
  writer: Writer,
  example: object | undefined,
): object {
  const { body } = (input as unknown as z.ZodMiniObject<{ body: z.ZodMiniType }>).shape;
  if (body instanceof z.ZodMiniUnknown) return {};
  const required = !(body instanceof z.ZodMiniOptional);
  return { requestBody: { required, content: { 'application/json': content(writer.write(body, 'input'), example) } } };
}
