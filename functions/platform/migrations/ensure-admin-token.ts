import { hashToken } from '#domain/token.ts';
import { MigrationSession, type SessionOptions } from './session.ts';

export interface AdminToken extends SessionOptions {
  readonly token: string;
  /** Whether it takes the place of a first admin token that is another one. */
  readonly replace: boolean;
}

/**
 * Makes the first admin token, after the migrations. Any number of times is the same as once; a token that was revoked is not
 * made again. Answers whether this is now it, and was not before.
 */
export async function ensureAdminToken({ token, replace, ...options }: AdminToken): Promise<boolean> {
  const session = new MigrationSession(options);
  const args = JSON.stringify({ hash: hashToken(token), replace });
  const [[row = '{}'] = []] = await session.run('select ensure_admin_token(:args::jsonb)', { args });
  return (JSON.parse(row) as { changed?: boolean }).changed === true;
}
