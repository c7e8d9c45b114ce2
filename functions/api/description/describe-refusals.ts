import { type RefusalCode, refusalStatus } from '#domain/refusal.ts';
import type { RouteDefinition } from '../../routes.ts';
import type { JsonSchema } from './json-schema.ts';

/** What any operation may be answered, by the gateway before it and by what it needs. */
function commonRefusals({ method, needs }: RouteDefinition): readonly RefusalCode[] {
  return [
    'invalidRequest',
    'unauthorized',
    'forbidden',
    ...(method === 'POST' ? (['idempotencyKeyReused'] as const) : []),
    'requestTooLarge',
    'tooManyRequests',
    'headersTooLarge',
    'internalError',
    'functionFailed',
    'authorizerUnavailable',
    ...(needs.includes('database') ? (['databaseBusy', 'databaseUnavailable'] as const) : []),
    ...(needs.includes('prometheus') ? (['metricsUnavailable', 'metricsNotConfigured'] as const) : []),
    'functionTimedOut',
  ];
}

const saysWhenToTryAgain: readonly number[] = [429, 503];

/** The statuses of an operation's refusals, each with the codes that it may have. */
export function describeRefusals(route: RouteDefinition, problem: JsonSchema): Record<string, object> {
  const codes = [...route.operation.refusals, ...commonRefusals(route)];
  const statuses = [...new Set(codes.map(code => refusalStatus[code]))].sort();
  return Object.fromEntries(
    statuses.map(status => {
      const names = codes.filter(code => refusalStatus[code] === status);
      return [
        status,
        {
          description: `Refused: ${names.join(', ')}.`,
          ...(saysWhenToTryAgain.includes(status) && {
            headers: { 'Retry-After': { description: 'In seconds.', schema: { type: 'integer' } } },
          }),
          content: { 'application/problem+json': { schema: problem } },
        },
      ];
    }),
  );
}
