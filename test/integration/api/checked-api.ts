import { expect } from 'vitest';
import type * as z from 'zod/mini';
import { refusalStatus } from '../../../functions/domain/refusal.ts';
import { type RouteDefinition, routes } from '../../../functions/routes.ts';
import type { Api, Reply } from '../../support/runtime.ts';

const table: readonly RouteDefinition[] = Object.values(routes);

/** Calls the API, and checks that each answer is one that its description has: the status, and nothing but the members listed. */
export function checkApi(api: Api): Api {
  return async (method, path, body, headers) => {
    const reply = await api(method, path, body, headers);
    const route = findRoute(method, path);
    if (route) expectDescribed(route, reply);
    return reply;
  };
}

function findRoute(method: string, path: string): RouteDefinition | undefined {
  const segments = path.replace(/\?.*/, '').split('/');
  return table
    .filter(route => route.method === method)
    .find(route => {
      const template = route.path.split('/');
      return (
        template.length === segments.length &&
        template.every((part, at) => part.startsWith('{') || part === segments[at])
      );
    });
}

function expectDescribed({ operation }: RouteDefinition, { status, body }: Reply): void {
  const answer = operation.answers[status];
  if (answer) {
    // What a schema does not list, it leaves out.
    expect((answer.schema as z.ZodMiniType).parse(body)).toEqual(body);
    return;
  }
  const { code } = body as { code: keyof typeof refusalStatus };
  const common = [
    'invalidRequest',
    'unauthorized',
    'forbidden',
    'idempotencyKeyReused',
    'databaseBusy',
    'databaseUnavailable',
    'metricsUnavailable',
    'metricsNotConfigured',
  ] as const;
  expect([...operation.refusals, ...common]).toContain(code);
  expect(status).toBe(refusalStatus[code]);
}
