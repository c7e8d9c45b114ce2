import { fileURLToPath } from 'node:url';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse, Context } from 'aws-lambda';
import { env } from '#platform/env.ts';
import { migrate } from '#platform/migrations/migrate.ts';
import { readMigrations } from '#platform/migrations/read-migrations.ts';

const client = new RDSDataClient({ maxAttempts: 1 });
const cluster = {
  resourceArn: env('DATABASE_CLUSTER_ARN'),
  secretArn: env('DATABASE_SECRET_ARN'),
  database: env('DATABASE_NAME'),
};

/** Applies the migrations that are packed beside it, and tells CloudFormation how that went. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Context): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const common = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'schema' };
  try {
    if (event.RequestType !== 'Delete') {
      await migrate({ client, cluster, files: readMigrations(fileURLToPath(new URL('migrations', import.meta.url))) });
    }
    await answer(event.ResponseURL, { ...common, Status: 'SUCCESS' });
  } catch (error) {
    const Reason = error instanceof Error ? error.message : String(error);
    await answer(event.ResponseURL, { ...common, Status: 'FAILED', Reason: `${Reason} (${context.awsRequestId})` });
  }
}

async function answer(url: string, response: CloudFormationCustomResourceResponse): Promise<void> {
  await fetch(url, { method: 'PUT', body: JSON.stringify(response) });
}
