import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { hashMigrations, readOwnMigrations } from '../migrations.ts';
import type { Environment } from './environments.ts';

/** Longer than its function may run, so that CloudFormation hears from it, and not for an hour if it cannot. */
const timeout = Duration.minutes(16);

/** The step of a deploy that brings the database to this schema and makes the first admin token, whenever one of these has changed. */
export function createMigration(
  scope: Construct,
  migrate: IFunction,
  clusterArn: string,
  { allowsDestructiveMigrations, adminTokenRevision }: Environment,
): CustomResource {
  return new CustomResource(scope, 'Migration', {
    resourceType: 'Custom::Migration',
    serviceToken: migrate.functionArn,
    serviceTimeout: timeout,
    properties: {
      MigrationsHash: hashMigrations(readOwnMigrations()),
      // Another cluster, restored from a backup, may have an older schema.
      ClusterArn: clusterArn,
      AllowDestructive: String(allowsDestructiveMigrations),
      ...(adminTokenRevision !== undefined && { AdminTokenRevision: adminTokenRevision }),
    },
  });
}
