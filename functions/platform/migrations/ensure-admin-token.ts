import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { hashToken } from '#domain/token.ts';
import { type Cluster, MigrationSession } from './session.ts';

export interface AdminToken {
  /** With `maxAttempts: 1`, as for migrations. */
  readonly client: RDSDataClient;
  readonly cluster: Cluster;
  readonly token: string;
  /** Whether it takes the place of a first admin token that is another one. */
  readonly replace: boolean;
}

/**
 * Makes the first admin token, after the migrations. Any number of times is the same as once; a token that was revoked is not
 * made again. Answers whether this is now it, and was not before.
 */
export async function ensureAdminToken({ client, cluster, token, replace }: AdminToken): Promise<boolean> {
  const session = new MigrationSession(client, cluster);
  const args = JSON.stringify({ hash: hashToken(token), replace });
  const [[row = '{}'] = []] = await session.run('select ensure_admin_token(:args::jsonb)', { args });
  return (JSON.parse(row) as { changed?: boolean }).changed === true;
}
