/** What a caller may do, each with what it is for. */
export const roles = [
  /** Reads everything but tokens. */
  'viewer',
  /** All that people do: reads, changes the catalogue, releases. */
  'operator',
  /** An instance, or the program beside it: reports on its own service, and nothing else. */
  'agent',
  /** A sender of alerts. */
  'alerts',
  /** All that an operator may, and tokens. */
  'admin',
] as const;

export type Role = (typeof roles)[number];

/** Whose tokens must say which service they are for; nobody else's may. */
export const rolesOfOneService: readonly Role[] = ['agent'];

const byStrength: readonly Role[] = ['admin', 'operator', 'viewer', 'alerts', 'agent'];

/** Of what somebody is said to be, the role that may most; undefined where none of it is a role. */
export function strongestRole(names: readonly unknown[]): Role | undefined {
  return byStrength.find(role => names.includes(role));
}

/** Programs that come in numbers, and come back by themselves. */
export const rolesOfFleets: readonly Role[] = ['agent', 'alerts'];

interface Rule {
  /** `METHOD /resource`, as API Gateway names a method: `*` stands for anything, also for slashes, `{service}` for the caller's own service. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** By name: in a policy `*` takes slashes too, and a service or an instance may be called tokens. */
const tokens = ['GET', 'POST', 'PUT', 'DELETE'].flatMap(method => [`${method} /tokens`, `${method} /tokens/*`]);

/** The one statement of who may do what: the authorizer's policies are written from it, and each endpoint checks it again. */
const rules: Readonly<Record<Role, Rule>> = {
  viewer: { allow: ['GET /*'], deny: tokens },
  operator: { allow: ['* /*'], deny: tokens },
  agent: { allow: ['PUT /services/{service}/instances/{id}', 'POST /services/{service}/states'], deny: [] },
  alerts: { allow: ['POST /alerts', 'POST /integrations/alertmanager/webhook'], deny: [] },
  admin: { allow: ['* /*'], deny: [] },
};

/** Whether a role may call a method of a resource (`/services/{service}`). Which service it is for is another question. */
export function mayCall(role: Role, method: string, resource: string): boolean {
  const { allow, deny } = rules[role];
  const call = `${method} ${resource}`;
  return allow.some(pattern => matches(pattern, call)) && !deny.some(pattern => matches(pattern, call));
}

function matches(pattern: string, call: string): boolean {
  const parts = pattern.split('*').map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(call);
}

/**
 * What a policy of a whole role names, as `METHOD/path` with `*` for what varies: never the called method alone, since API
 * Gateway answers the caller's other calls from it too.
 */
export function policyOf(role: Role, service: string | undefined): Rule {
  const toPath = (pattern: string) =>
    pattern
      .replace(' ', '')
      .replace('{service}', service ?? '*')
      .replace(/\{\w+\}/g, '*');
  return { allow: rules[role].allow.map(toPath), deny: rules[role].deny.map(toPath) };
}
