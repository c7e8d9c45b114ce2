import { Aws } from 'aws-cdk-lib';
import type { Place, PrometheusPlace } from '../place.ts';
import type { Environment } from './environments.ts';

/** What functions must know of a database to use it. */
export type DatabaseAddress = Pick<
  Place,
  'clusterArn' | 'secretArn' | 'databaseName' | 'adminTokenSecretArn' | 'dataApiUrl'
>;

/** The account and region that a stack is deployed to, which CloudFormation fills in. */
export function awsPlace(
  { name, settings }: Environment,
  database: DatabaseAddress,
  prometheus: PrometheusPlace | undefined,
): Place {
  return {
    env: name,
    region: Aws.REGION,
    accountID: Aws.ACCOUNT_ID,
    partition: Aws.PARTITION,
    ...database,
    prometheus,
    settings,
  };
}
