import { randomBytes } from 'node:crypto';

/** A token that nobody guesses: 256 random bits. By its prefix those who scan for secrets that leaked know it. */
export function newToken(): string {
  return `sm_${randomBytes(32).toString('base64url')}`;
}
