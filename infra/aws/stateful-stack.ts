import { Stack } from 'aws-cdk-lib';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DatabaseAddress } from './place.ts';

const databaseName = 'servicemanager';

/** What must outlive any deployment: the database, and the network that it alone is in. */
export class StatefulStack extends Stack {
  readonly database: DatabaseAddress;

  constructor(scope: Construct, id: string) {
    super(scope, id, { description: 'Service Manager: its database', terminationProtection: true });

    // Functions reach the database through the Data API, so nothing needs a way into this network or out of it.
    const vpc = new Vpc(this, 'Network', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    const cluster = new DatabaseCluster(this, 'Database', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_9 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 8,
      enableDataApi: true,
      credentials: Credentials.fromGeneratedSecret('service_manager'),
      defaultDatabaseName: databaseName,
      // The CDK's own types do not go together under exactOptionalPropertyTypes.
      vpc: vpc as IVpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      storageEncrypted: true,
      deletionProtection: true,
    });
    if (!cluster.secret) throw new Error('The cluster has no secret.');
    const adminToken = new Secret(this, 'AdminToken', {
      description: 'The first admin token of Service Manager',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    this.database = {
      clusterArn: cluster.clusterArn,
      secretArn: cluster.secret.secretArn,
      databaseName,
      adminTokenSecretArn: adminToken.secretArn,
    };
  }
}
