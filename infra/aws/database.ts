import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { IpAddresses, type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { databaseName } from '../place.ts';
import type { AuroraSettings, Environment } from './environments.ts';
import type { DatabaseAddress } from './place.ts';

/** The newest that the Data API is known to serve. AWS retires minor versions, and applies newer ones by itself. */
const version = AuroraPostgresEngineVersion.VER_17_9;

/** Aurora PostgreSQL behind the Data API, in a network that nothing leads into or out of. */
export class Database extends Construct {
  readonly address: Omit<DatabaseAddress, 'adminTokenSecretArn'>;

  constructor(scope: Construct, id: string, environment: Environment, settings: AuroraSettings) {
    super(scope, id);
    const clusterName = ownClusterName(environment);
    const log = this.#createLog(clusterName, environment);
    const network = this.#createNetwork();
    const cluster = new DatabaseCluster(this, 'Cluster', {
      clusterIdentifier: clusterName,
      engine: DatabaseClusterEngine.auroraPostgres({ version }),
      ...capacityOf(settings),
      ...network,
      enableDataApi: true,
      iamAuthentication: true,
      // Of letters and digits alone, which RDS asks for here.
      credentials: Credentials.fromUsername('servicemanager'),
      // RDS changes it by itself, every week; a function that did so could not leave this network.
      manageMasterUserPassword: true,
      defaultDatabaseName: databaseName,
      storageEncrypted: true,
      cloudwatchLogsExports: ['postgresql'],
      backup: { retention: Duration.days(settings.backupDays) },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    cluster.node.addDependency(log);
    if (!cluster.secret) throw new Error('The cluster has no secret.');
    this.address = { clusterArn: cluster.clusterArn, secretArn: cluster.secret.secretArn, databaseName };
    // Exported though a restored cluster is in use: what another stack still imports cannot be taken away before it.
    for (const value of [cluster.clusterIdentifier, cluster.secret.secretArn]) Stack.of(this).exportValue(value);
  }

  /** RDS names this group itself, and would make it without an end. */
  #createLog(clusterName: string, { logRetentionDays }: Environment): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/rds/cluster/${clusterName}/postgresql`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Two zones, since Aurora wants two; no gateway, no route, and a security group without a rule. */
  #createNetwork() {
    const vpc = new Vpc(this, 'Network', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'No traffic can flow: the network has no gateway, endpoint or peering, and holds the cluster alone.',
    });
    // The CDK's own types do not go together under exactOptionalPropertyTypes.
    const network = vpc as IVpc;
    const securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network,
      description: 'Lets nothing in or out: the Data API needs neither',
      allowAllOutbound: false,
    });
    return { vpc: network, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, securityGroups: [securityGroup] };
  }
}

/** Fixed, so that its log and its alarms can be named without it. A change that would replace the cluster then fails. */
function ownClusterName({ name }: Environment): string {
  return `${name}-service-manager`;
}

/** Of the one that is in use. */
export function clusterNameOf(environment: Environment): string {
  return environment.restoredDatabase?.clusterArn.split(':').at(-1) ?? ownClusterName(environment);
}

function capacityOf({ minACU, maxACU, pausesAfterMinutes, hasStandby }: AuroraSettings) {
  return {
    writer: ClusterInstance.serverlessV2('Writer'),
    readers: hasStandby ? [ClusterInstance.serverlessV2('Standby', { scaleWithWriter: true })] : [],
    serverlessV2MinCapacity: minACU,
    serverlessV2MaxCapacity: maxACU,
    ...(pausesAfterMinutes !== undefined && { serverlessV2AutoPauseDuration: Duration.minutes(pausesAfterMinutes) }),
  };
}
