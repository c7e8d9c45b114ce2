import { createHash } from 'node:crypto';

/**
 * What is stored of a token. A fast hash is enough: a token is 256 random bits, which nobody finds by trying; slow hashes are for
 * passwords.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
