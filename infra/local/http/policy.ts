interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export type Policy = readonly Statement[];

const invoke = 'execute-api:Invoke';

/** Reads the policy document of an authorizer's answer; undefined when it is none. */
export function parsePolicy(document: unknown): Policy | undefined {
  const { Statement: statements } = (document ?? {}) as { Statement?: unknown };
  const parsed = toList(statements).map(parseStatement);
  const valid = parsed.filter(statement => statement !== undefined);
  return valid.length > 0 && valid.length === parsed.length ? valid : undefined;
}

function parseStatement(statement: unknown): Statement | undefined {
  const { Effect: effect, Action: action, Resource: resource } = (statement ?? {}) as Record<string, unknown>;
  const [actions, resources] = [toList(action), toList(resource)];
  if (effect !== 'Allow' && effect !== 'Deny') return undefined;
  if (!areTexts(actions) || !areTexts(resources)) return undefined;
  return { effect, actions, resources };
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function areTexts(values: readonly unknown[]): values is readonly string[] {
  return values.length > 0 && values.every(value => typeof value === 'string');
}

/** Whether a policy lets its caller invoke a method: something allows it, and nothing denies it. */
export function allows(policy: Policy, methodArn: string): boolean {
  const effects = policy
    .filter(({ actions }) => actions.some(action => matches(action.toLowerCase(), invoke.toLowerCase())))
    .filter(({ resources }) => resources.some(resource => matches(resource, methodArn)))
    .map(({ effect }) => effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** IAM's wildcards: `*` for any number of characters, slashes too, `?` for one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
