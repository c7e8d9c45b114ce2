import { describe, expect, test, vi } from 'vitest';
import { handler } from '../../../functions/api/description/get.ts';
import { refusalStatus } from '../../../functions/domain/refusal.ts';
import { type RouteDefinition, routes } from '../../../functions/routes.ts';
import { ask, type Handler } from './event.ts';

vi.hoisted(() => {
  process.env['ACCESS'] = 'open';
});

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly security: readonly object[];
  readonly parameters: readonly { name: string; in: string; required: boolean }[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  readonly responses: Readonly<Record<string, { content: Record<string, { schema: object; example?: object }> }>>;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Record<string, Operation>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: object;
  };
}

const described = (await ask(handler as Handler, { method: 'GET' })).body as unknown as Description;
const all: [string, RouteDefinition][] = Object.entries(routes);
const operationOf = ({ path, method }: RouteDefinition) => described.paths[`/v1${path}`]?.[method.toLowerCase()];

/** What API Gateway, or any function, may answer. */
const everywhere = [
  'invalidRequest',
  'unauthorized',
  'forbidden',
  'requestTooLarge',
  'tooManyRequests',
  'headersTooLarge',
  'internalError',
  'functionFailed',
  'authorizerUnavailable',
  'functionTimedOut',
] as const;

describe('the description', () => {
  test('is of OpenAPI 3.1', () => {
    expect(described.openapi).toMatch(/^3\.1\./);
  });

  test('has each route once, under its id', () => {
    const ids = Object.values(described.paths).flatMap(item =>
      Object.values(item).map(({ operationId }) => operationId),
    );

    expect(ids.sort()).toEqual(Object.keys(routes).sort());
  });

  test.each(all)('of %s has every status that it can answer', (_, route) => {
    const codes = [...everywhere, ...route.operation.refusals] as const;
    const expected = [...Object.keys(route.operation.answers), ...codes.map(code => String(refusalStatus[code]))];

    const responses = operationOf(route)?.responses ?? {};

    const allowed = route.method === 'POST' ? [...expected, '409'] : expected;
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(expected));
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(responses)));
    for (const [status, { content }] of Object.entries(responses)) {
      expect(Object.keys(content)).toEqual([Number(status) < 300 ? 'application/json' : 'application/problem+json']);
    }
  });

  test.each(all)('of %s names the variables of its path', (_, route) => {
    const variables = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

    const named = operationOf(route)?.parameters.filter(parameter => parameter.in === 'path');

    expect(named?.map(({ name }) => name)).toEqual(variables);
    expect(named?.every(({ required }) => required)).toBe(true);
  });

  test.each(all.filter(([, { method }]) => method === 'POST'))('of %s offers an Idempotency-Key', (_, route) => {
    expect(operationOf(route)?.parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }),
    );
  });

  test.each(all)('of %s says that it needs a token, and of which roles', (_, route) => {
    const { security, description } = operationOf(route) ?? {};

    expect(security).toEqual([{ token: [] }]);
    expect(described.components.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } });
    expect(description).toMatch(/Roles: (?:\w+(?: \(of this service\))?, )*admin\.$/);
  });

  test('tells the roles of an operation by what they may call', () => {
    expect(operationOf(routes.listServices)?.description).toContain('Roles: viewer, operator, admin.');
    expect(operationOf(routes.reportState)?.description).toContain('Roles: operator, agent (of this service), admin.');
    expect(operationOf(routes.createToken)?.description).toContain('Roles: admin.');
  });

  test('says which bodies may be left out', () => {
    expect(operationOf(routes.createService)?.requestBody?.required).toBe(true);
    expect(operationOf(routes.pauseDeployment)?.requestBody?.required).toBe(false);
    expect(operationOf(routes.listServices)?.requestBody).toBeUndefined();
  });

  test('has no tuples, which tools stumble over', () => {
    expect(JSON.stringify(described)).not.toContain('prefixItems');
  });

  test('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(described).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference);
    const known = Object.keys(described.components.schemas).map(name => `#/components/schemas/${name}`);

    expect(references.length).toBeGreaterThan(20);
    expect(known).toEqual(expect.arrayContaining(references));
    expect(JSON.stringify(described)).not.toContain('$defs');
  });

  test.each([routes.listServices, routes.createService, routes.createDeployment])(
    'shows an example of $path',
    route => {
      const { operation } = route as RouteDefinition;
      const statuses = Object.values(operation.answers);

      expect(operation.example?.answer).toBeDefined();
      expect(statuses.at(-1)?.schema.safeParse(operation.example?.answer)).toMatchObject({ success: true });
    },
  );
});
