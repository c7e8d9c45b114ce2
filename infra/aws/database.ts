import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { databaseName } from '../place.ts';
import type { AuroraSettings } from './environments.ts';
import type { DatabaseAddress } from './place.ts';

/** Aurora PostgreSQL behind the Data API, in a network that nothing leads into or out of. */
export class Database extends Construct {
  readonly address: Omit<DatabaseAddress, 'adminTokenSecretArn'>;

  constructor(scope: Construct, id: string, settings: AuroraSettings) {
    super(scope, id);
    const vpc = new Vpc(this, 'Network', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    const { minACU, maxACU, pausesAfterMinutes, backupDays, hasStandby } = settings;
    const cluster = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_9 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      readers: hasStandby ? [ClusterInstance.serverlessV2('Standby', { scaleWithWriter: true })] : [],
      serverlessV2MinCapacity: minACU,
      serverlessV2MaxCapacity: maxACU,
      ...(pausesAfterMinutes !== undefined && {
        serverlessV2AutoPauseDuration: Duration.minutes(pausesAfterMinutes),
      }),
      enableDataApi: true,
      credentials: Credentials.fromUsername('service_manager'),
      // RDS changes it by itself, every week; a function that did so could not leave this network.
      manageMasterUserPassword: true,
      defaultDatabaseName: databaseName,
      // The CDK's own types do not go together under exactOptionalPropertyTypes.
      vpc: vpc as IVpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      storageEncrypted: true,
      backup: { retention: Duration.days(backupDays) },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    if (!cluster.secret) throw new Error('The cluster has no secret.');
    this.address = { clusterArn: cluster.clusterArn, secretArn: cluster.secret.secretArn, databaseName };
  }
}
