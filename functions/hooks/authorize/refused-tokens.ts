const rememberMs = 60_000;
const rememberedAtMost = 10_000;

/** When each token, by its hash, was last found to be nobody's. API Gateway keeps no refusals, and a fleet's token may have expired. */
const refused = new Map<string, number>();

export function wasRefused(hash: string): boolean {
  const since = refused.get(hash);
  return since !== undefined && Date.now() - since < rememberMs;
}

export function rememberRefused(hash: string): void {
  // Put at the end again, so that the first one is always the oldest.
  refused.delete(hash);
  refused.set(hash, Date.now());
  if (refused.size <= rememberedAtMost) return;
  for (const oldest of refused.keys()) {
    refused.delete(oldest);
    return;
  }
}
