import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Actor } from '#domain/actor.ts';
import { Refusal } from '#domain/refusal.ts';
import { mayCall, roles, rolesOfOneService } from '#domain/roles.ts';
import { env } from './env.ts';
import type { RawInput } from './input.ts';

const isOpen = env('ACCESS') === 'open';

/**
 * Who asks, by what the authorizer has said. Its answers are kept for a while, and its policy knows paths as they were sent:
 * so whether it still holds, and for which service, is looked at again.
 * @throws Refusal unauthorized, forbidden
 */
export function admit(event: APIGatewayProxyEvent, { path }: RawInput): Actor {
  const { httpMethod, resource, requestContext } = event;
  const told: Readonly<Record<string, unknown>> = requestContext.authorizer ?? {};
  const { name, service, expiresAt } = told;
  const role = roles.find(known => known === told['role']);
  if (typeof name !== 'string' || role === undefined) {
    if (isOpen) return { name: 'anonymous', role: 'admin' };
    throw new Refusal('unauthorized', 'A token is needed, as in "Authorization: Bearer …".');
  }
  // API Gateway hands numbers on as text.
  if (expiresAt !== undefined && !(Number(expiresAt) * 1000 > Date.now())) {
    throw new Refusal('unauthorized', 'The token has expired.');
  }
  if (!mayCall(role, httpMethod, resource)) {
    throw new Refusal('forbidden', `The role ${role} does not allow this.`);
  }
  if (rolesOfOneService.includes(role) && (path['service'] === undefined || path['service'] !== service)) {
    throw new Refusal('forbidden', 'The token is for another service.');
  }
  return { name: decodeURIComponent(name), role };
}
