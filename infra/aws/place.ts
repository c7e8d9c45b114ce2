import { Aws } from 'aws-cdk-lib';
import type { Place } from '../place.ts';
import { defaultSettings } from '../settings.ts';

/** What functions must know of a database to use it. */
export interface DatabaseAddress {
  readonly clusterArn: string;
  readonly secretArn: string;
  readonly databaseName: string;
  readonly adminTokenSecretArn: string;
}

/** The account and region that a stack is deployed to, which CloudFormation fills in. */
export function awsPlace(env: string, database: DatabaseAddress): Place {
  return {
    env,
    region: Aws.REGION,
    accountID: Aws.ACCOUNT_ID,
    partition: Aws.PARTITION,
    ...database,
    settings: defaultSettings,
  };
}
