import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { answerCloudFormation, answerMs } from '#platform/custom-resource.ts';
import { faultOf } from '#platform/database-fault.ts';
import { env } from '#platform/env.ts';
import { ensureAdminToken } from '#platform/migrations/ensure-admin-token.ts';
import { hashMigrations } from '#platform/migrations/hash.ts';
import { MigrationError, migrate } from '#platform/migrations/migrate.ts';
import { readMigrations } from '#platform/migrations/read-migrations.ts';
import type { SessionOptions } from '#platform/migrations/session.ts';
import { logger } from '#platform/powertools.ts';

const client = new RDSDataClient({ maxAttempts: 1 });
const cluster = {
  resourceArn: env('DATABASE_CLUSTER_ARN'),
  secretArn: env('DATABASE_SECRET_ARN'),
  database: env('DATABASE_NAME'),
};
const adminTokenSecret = env('ADMIN_TOKEN_SECRET_ARN');
const folder = fileURLToPath(new URL('migrations', import.meta.url));

/** A database that has paused takes half a minute to come back, and one that fails over to another as long. */
const patienceMs = 300_000;

/** What the role was allowed a moment ago may not be known everywhere for some seconds. */
const grantMs = 60_000;

const pauseMs = 1_000;

/**
 * Brings the database to the schema of the release that is being deployed, and makes the first admin token. CloudFormation
 * is always answered, and before this function's own time is over: unanswered it would wait for an hour.
 */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const failure = await prepareDatabase(event, context).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  if (failure) logger.error('not migrated', { code: 'notMigrated', requestID: context.awsRequestId, error: failure });
  await answerCloudFormation(
    event,
    physicalIDOf(event),
    failure && `${failure.message} (request ${context.awsRequestId})`,
  );
}

/** CloudFormation makes one up where it was not told of any, and keeps to it. */
function physicalIDOf(event: CloudFormationCustomResourceEvent): string {
  return event.RequestType === 'Create' ? 'schema' : event.PhysicalResourceId;
}

async function prepareDatabase(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const { RequestType, ResourceProperties } = event;
  if (RequestType === 'Delete') return;
  const files = readMigrations(folder);
  if (ResourceProperties['MigrationsHash'] !== hashMigrations(files)) {
    // A rollback hands the old hash to new code, which has nothing to do for it.
    return logger.info('left as it is', { code: 'schemaKept', reason: 'the hash is of other migrations' });
  }
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - answerMs));
  const session = { client, cluster, resumeMs: patienceMs, signal };
  const allowDestructive = ResourceProperties['AllowDestructive'] === 'true';
  const { applied, ahead } = await withPatience(session, () =>
    migrate({ ...session, files, forwardOnly: true, allowDestructive }),
  );
  if (ahead) return logger.warn('left as it is', { code: 'schemaKept', reason: 'a later release was here' });
  const token = await withPatience(session, () => readAdminToken(signal));
  await withPatience(session, () => ensureAdminToken({ ...session, token, replace: true }));
  logger.info('migrated', { code: 'schemaMigrated', applied });
}

/** Each of its steps begins with what there is, so that nothing is done twice. */
async function withPatience<T>({ signal }: SessionOptions, act: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (signal?.aborted) throw new Error('It has not ended in time.', { cause: error });
      if (Date.now() - begin >= patienceFor(error instanceof MigrationError ? error.cause : error)) throw error;
      logger.warn('to be done again', { code: 'migrationRepeated', error: error as Error });
    }
    await sleep(pauseMs);
  }
}

function patienceFor(error: unknown): number {
  if (faultOf(error) !== 'final') return patienceMs;
  const isDenied =
    error instanceof Error &&
    (error.name === 'AccessDeniedException' || error.message.includes('not authorized to perform'));
  return isDenied ? grantMs : 0;
}

async function readAdminToken(abortSignal: AbortSignal): Promise<string> {
  const secrets = new SecretsManagerClient({});
  const command = new GetSecretValueCommand({ SecretId: adminTokenSecret });
  const { SecretString } = await secrets.send(command, { abortSignal });
  if (!SecretString) throw new Error('The secret of the first admin token is empty.');
  return SecretString;
}
