import { isJwks, type Jwks } from 'aws-jwt-verify/jwk';
import type { Json } from 'aws-jwt-verify/safe-json-parse';

/** Keys that the issuer has withdrawn count no longer than this, unless it does not answer. */
const keepMs = 3_600_000;

/** However many tokens name a key that nobody knows, the issuer is asked no more often. */
const askAgainMs = 10_000;

const patienceMs = 5_000;

let known: { readonly keys: Jwks; readonly since: number } | undefined;
let lastTry = Number.NEGATIVE_INFINITY;

/**
 * The keys that an issuer signs with.
 * @param missing whether those known lack the one that is looked for
 * @throws when none are known, and they cannot be had
 */
export async function readKeys(issuer: string, missing: boolean): Promise<Jwks> {
  const now = Date.now();
  if (known && ((!missing && now - known.since < keepMs) || now - lastTry < askAgainMs)) return known.keys;
  lastTry = now;
  try {
    known = { keys: await fetchKeys(issuer), since: now };
  } catch (error) {
    if (!known) throw error;
  }
  return known.keys;
}

/** Where they are, the discovery document says, which must be the issuer's own. */
async function fetchKeys(issuer: string): Promise<Jwks> {
  const discovery = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: address } = (discovery ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new Error(`The discovery document of ${issuer} is of another issuer.`);
  if (typeof address !== 'string') throw new Error(`The discovery document of ${issuer} names no jwks_uri.`);
  const keys = await fetchJson(address);
  if (!isJwks(keys)) throw new Error(`${address} answered no keys.`);
  return keys;
}

async function fetchJson(url: string): Promise<Json> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return (await answer.json()) as Json;
}
