import { type Policy, parsePolicy } from './policy.ts';

export interface AuthorizerAnswer {
  readonly policy: Policy;
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Reads what an authorizer answered. Numbers and truth values of its context reach functions as text; lists and objects are
 * none that it may hold.
 * @param payload JSON text
 * @returns undefined when it is malformed
 */
export function parseAuthorizerAnswer(payload: string): AuthorizerAnswer | undefined {
  const { principalId, policyDocument, context = {} } = (JSON.parse(payload) ?? {}) as Record<string, unknown>;
  const policy = parsePolicy(policyDocument);
  if (policy === undefined || typeof principalId !== 'string' || principalId === '') return undefined;
  if (typeof context !== 'object' || context === null) return undefined;
  const entries = Object.entries(context).filter(([, value]) => value !== null);
  if (!entries.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))) return undefined;
  return {
    policy,
    context: { ...Object.fromEntries(entries.map(([name, value]) => [name, String(value)])), principalId },
  };
}
