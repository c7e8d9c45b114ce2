import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { ensureAdminToken } from '../../functions/platform/migrations/ensure-admin-token.ts';
import { migrate } from '../../functions/platform/migrations/migrate.ts';
import { newToken } from '../../functions/platform/new-token.ts';
import { readOwnMigrations } from '../migrations.ts';
import type { Place } from '../place.ts';

type Client = Pick<Parameters<typeof migrate>[0], 'client' | 'cluster'>;

export interface Preparation {
  /** The first admin token is this one from now on; without it one is made, where there is none yet. */
  readonly adminToken?: string | undefined;
  /** Whether migrations may take away what the release before has. */
  readonly allowDestructive?: boolean | undefined;
  readonly log: (line: string) => void;
}

/**
 * What a deploy does in AWS before new code takes traffic: applies the migrations and, where tokens are asked for, makes the first
 * admin token. Answers that one, where it is known to nobody yet.
 */
export async function prepareDatabase(place: Place, options: Preparation): Promise<string | undefined> {
  const { clusterArn: resourceArn, secretArn, databaseName: database, settings } = place;
  const { adminToken, allowDestructive = false, log } = options;
  const client = new RDSDataClient({ maxAttempts: 1 });
  const to: Client = { client, cluster: { resourceArn, secretArn, database } };
  try {
    const { applied } = await migrate({ ...to, files: readOwnMigrations(), allowDestructive });
    if (applied.length > 0) log(`applied ${applied.length} migrations`);
    return settings.access === 'closed' ? await provideAdminToken(to, adminToken) : undefined;
  } finally {
    client.destroy();
  }
}

async function provideAdminToken(to: Client, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) {
    await ensureAdminToken({ ...to, token: given, replace: true });
    return undefined;
  }
  const token = newToken();
  return (await ensureAdminToken({ ...to, token, replace: false })) ? token : undefined;
}
