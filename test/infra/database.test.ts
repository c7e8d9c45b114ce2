import { beforeAll, describe, expect, test } from 'vitest';
import { type Synthesised, synthesise } from './synthesise.ts';
import { allResources, findResources, onlyResource } from './template.ts';

const own = ['dev', 'prod'] as const;
const synthesised = new Map<string, Synthesised>();

beforeAll(async () => {
  for (const env of [...own, 'local']) synthesised.set(env, await synthesise(env));
});

describe.each(own)('the data stack of %s', env => {
  test('holds a serverless PostgreSQL 17 with the Data API, encrypted and backed up, that cannot be deleted by mistake', () => {
    const cluster = onlyResource(dataOf(env), 'AWS::RDS::DBCluster');

    expect(cluster).toMatchObject({
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: {
        Engine: 'aurora-postgresql',
        EngineVersion: expect.stringMatching(/^17\./),
        DBClusterIdentifier: `${env}-service-manager`,
        EnableHttpEndpoint: true,
        EnableIAMDatabaseAuthentication: true,
        DeletionProtection: true,
        StorageEncrypted: true,
        CopyTagsToSnapshot: true,
        BackupRetentionPeriod: expect.any(Number),
        EnableCloudwatchLogsExports: ['postgresql'],
      },
    });
  });

  test('lets RDS keep the password of the cluster, which no template and no function of ours ever holds', () => {
    const cluster = onlyResource(dataOf(env), 'AWS::RDS::DBCluster');

    expect(cluster.Properties).toMatchObject({ ManageMasterUserPassword: true, MasterUsername: 'servicemanager' });
    expect(cluster.Properties).not.toHaveProperty('MasterUserPassword');
    expect(JSON.stringify(dataOf(env).toJSON())).not.toContain('resolve:secretsmanager');
  });

  test('has a network that nothing leads into or out of', () => {
    const types = Object.values(allResources(dataOf(env))).map(({ Type }) => Type);
    const group = onlyResource(dataOf(env), 'AWS::EC2::SecurityGroup');
    const subnets = findResources(dataOf(env), 'AWS::EC2::Subnet');

    expect(
      types.filter(type => /Gateway|VPCEndpoint|Peering|::Route$|Lambda|SecurityGroup(In|E)gress/.test(type)),
    ).toEqual([]);
    expect(group.Properties).not.toHaveProperty('SecurityGroupIngress');
    // An address that is nobody's, since without any rule EC2 would allow everything out.
    expect(group.Properties['SecurityGroupEgress']).toMatchObject([
      { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' },
    ]);
    expect(subnets.map(([, { Properties }]) => Properties['MapPublicIpOnLaunch'])).toEqual([false, false]);
  });

  test('has the log group that RDS would else make without an end, before the cluster', () => {
    const log = onlyResource(dataOf(env), 'AWS::Logs::LogGroup');
    const cluster = onlyResource(dataOf(env), 'AWS::RDS::DBCluster');

    expect(log.Properties['LogGroupName']).toBe(`/aws/rds/cluster/${env}-service-manager/postgresql`);
    expect(log.Properties['RetentionInDays']).toEqual(expect.any(Number));
    expect(cluster.DependsOn).toContain(log.id);
  });
});

test('the database pauses outside production alone', () => {
  const scaling = own.map(env => {
    const cluster = onlyResource(dataOf(env), 'AWS::RDS::DBCluster');
    return cluster.Properties['ServerlessV2ScalingConfiguration'];
  });

  expect(scaling).toEqual([
    { MinCapacity: 0, MaxCapacity: 4, SecondsUntilAutoPause: 300 },
    { MinCapacity: 0.5, MaxCapacity: 16 },
  ]);
});

test('where there is a Data API already, the data stack holds the first admin token alone', () => {
  const types = Object.values(allResources(dataOf('local'))).map(({ Type }) => Type);

  expect(types.filter(type => type !== 'AWS::CDK::Metadata')).toEqual(['AWS::SecretsManager::Secret']);
});

test.each([...own, 'local'])('the first admin token of %s is made at random, of letters and digits', env => {
  const secret = onlyResource(dataOf(env), 'AWS::SecretsManager::Secret');

  expect(secret.Properties['GenerateSecretString']).toEqual({ PasswordLength: 48, ExcludePunctuation: true });
  expect(secret.Properties).not.toHaveProperty('SecretString');
});

function dataOf(env: string) {
  const found = synthesised.get(env);
  if (!found) throw new Error(`${env} was not synthesised.`);
  return found.stateful;
}

describe('a cluster that was restored from a backup', () => {
  const restoredClusterArn = 'arn:aws:rds:eu-west-1:123456789012:cluster:restored';
  const restoredSecretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:restored';

  test("takes the place of the stack's own, which stays as it is, and is migrated", async () => {
    const { stateful, stateless } = await synthesise('prod', { restoredClusterArn, restoredSecretArn });

    const functions = JSON.stringify(findResources(stateless, 'AWS::Lambda::Function'));
    const policies = JSON.stringify(findResources(stateless, 'AWS::IAM::Role'));
    const migration = onlyResource(stateless, 'Custom::Migration');
    for (const used of [functions, policies]) {
      expect(used).toContain(restoredClusterArn);
      expect(used).not.toContain('ExportsOutputRefDatabaseCluster');
    }
    expect(migration.Properties['ClusterArn']).toBe(restoredClusterArn);
    expect(stateful.toJSON()).toEqual(dataOf('prod').toJSON());
  });

  test('is named with the secret that opens it', async () => {
    await expect(synthesise('prod', { restoredClusterArn })).rejects.toThrow('restoredSecretArn go together');
  });
});
