import { describe, expect, test } from 'vitest';
import { mayCall, policyOf, roles, strongestRole } from '#domain/roles.ts';
import { toAnswer } from '../../functions/hooks/authorize/to-answer.ts';
import { type RouteDefinition, routes } from '../../functions/routes.ts';
import { allows, parsePolicy } from '../../infra/local/http/policy.ts';

const all: [string, RouteDefinition][] = Object.entries(routes);
const stage = 'arn:aws:execute-api:us-east-1:000000000000:api/v1';
const service = 'user-service';

/** Where a route is called for a service, as API Gateway names the call. */
const arnOf = ({ method, path }: RouteDefinition, of = service, id = 'a-1') =>
  `${stage}/${method}${path.replace('{service}', of).replace(/\{\w+\}/g, id)}`;

function policyFor(role: (typeof roles)[number]) {
  const scope = role === 'agent' ? { service } : {};
  const { policyDocument } = toAnswer({ id: 't-1', name: 'ann', role, ...scope }, `${stage}/GET/services`, 'local-');
  const policy = parsePolicy(policyDocument);
  if (policy === undefined) throw new Error('There is no policy.');
  return policy;
}

describe.each(roles)('the policy of the role %s', role => {
  test.each(all)('lets it call %s just if it may', (_, route) => {
    expect(allows(policyFor(role), arnOf(route))).toBe(mayCall(role, route.method, route.path));
  });

  test.each(all)('is not taken in by names that are words of the paths: %s', (_, route) => {
    const words = ['tokens', 'alerts', 'services', 'instances', 'states'];
    const scoped = route.path.includes('{service}') && role === 'agent' ? [service] : words;

    for (const name of scoped) {
      for (const id of words) {
        const arn = arnOf(route, name, id);
        expect(allows(policyFor(role), arn), arn).toBe(mayCall(role, route.method, route.path));
      }
    }
  });

  test('is the same whatever is called first, and knows the whole role', () => {
    const one = toAnswer({ id: 't-1', name: 'ann', role, service }, `${stage}/GET/services`, 'local-');
    const other = toAnswer({ id: 't-1', name: 'ann', role, service }, `${stage}/POST/deployments/d-1/pause`, 'local-');

    expect(other).toEqual(one);
    expect(one).toMatchObject({
      principalId: 't-1',
      usageIdentifierKey: `local-${role}`,
      context: { name: 'ann', role },
    });
  });
});

test('what a caller is called reaches the endpoints as characters that nothing on the way has to protect', () => {
  const name = 'Ann "the boss"\n🚀 100 %';

  const { principalId, context } = toAnswer({ id: 't-1', name, role: 'viewer' }, `${stage}/GET/services`, 'local-');

  expect(principalId).toBe('t-1');
  expect(context?.['name']).toMatch(/^[\w.%-]+$/);
  expect(decodeURIComponent(String(context?.['name']))).toBe(name);
});

describe('roles', () => {
  const callable = (role: (typeof roles)[number]) =>
    all.filter(([, { method, path }]) => mayCall(role, method, path)).map(([id]) => id);

  test('that restrict may call just what they are for', () => {
    expect(callable('agent')).toEqual(['reportInstance', 'reportState']);
    expect(callable('alerts')).toEqual(
      all.filter(([, { file }]) => file.endsWith('/alerts/receive.ts')).map(([id]) => id),
    );
    expect(callable('viewer')).toEqual(
      all.filter(([id, { method }]) => method === 'GET' && id !== 'listTokens').map(([id]) => id),
    );
  });

  test('of people may call all, but only an admin tokens', () => {
    const tokens = ['createToken', 'listTokens', 'revokeToken'];

    expect(callable('admin')).toEqual(all.map(([id]) => id));
    expect(callable('operator')).toEqual(all.map(([id]) => id).filter(id => !tokens.includes(id)));
  });

  test('of one service name it in their policy, and no other', () => {
    expect(allows(policyFor('agent'), arnOf(routes.reportInstance, 'other'))).toBe(false);
    expect(allows(policyFor('agent'), arnOf(routes.reportInstance, 'user-service-b'))).toBe(false);
    expect(policyOf('agent', 'a').allow).toEqual(['PUT/services/a/instances/*', 'POST/services/a/states']);
  });

  test('of somebody who has several are the strongest', () => {
    expect(strongestRole(['viewer', 'admin', 'agent'])).toBe('admin');
    expect(strongestRole(['agent', 'viewer', 3, 'king'])).toBe('viewer');
    expect(strongestRole(['king', undefined])).toBeUndefined();
  });
});
