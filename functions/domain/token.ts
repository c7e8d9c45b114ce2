import { createHash } from 'node:crypto';

/** Scanners for secrets that were published by mistake go by prefixes. */
export const tokenPrefix = 'sm_';

/**
 * What is stored of a token. A fast hash is enough: a token is 256 random bits, which nobody finds by trying, and slow
 * hashes are for passwords.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
