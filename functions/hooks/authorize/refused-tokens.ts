const rememberMs = 60_000;
const rememberedAtMost = 10_000;

/**
 * Until when each token, by its hash, counts as nobody's, the oldest first. API Gateway keeps no refusals, and the token that
 * expired may be a whole fleet's.
 */
const refused = new Map<string, number>();

export function wasRefused(hash: string): boolean {
  return (refused.get(hash) ?? 0) > Date.now();
}

export function rememberRefused(hash: string): void {
  // Put at the end again.
  refused.delete(hash);
  refused.set(hash, Date.now() + rememberMs);
  if (refused.size > rememberedAtMost) refused.delete(refused.keys().next().value ?? '');
}
