import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RouteID, routes } from '../../functions/routes.ts';
import { tasks } from '../../functions/tasks.ts';
import { listGrants } from './grants.ts';
import { listFindings } from './nag.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { findNamed, findResources, idIn, onlyResource, render } from './template.ts';

const env = 'prod';

/** Whoever needs it, by its need. */
const asking = Object.entries({ ...routes, ...tasks })
  .filter(([, { needs }]) => (needs as readonly string[]).includes('prometheus'))
  .map(([id]) => id as RouteID);

const url = 'https://metrics.example.com/prometheus';
const vpc = {
  prometheusUrl: 'http://10.0.0.7:9090',
  prometheusVpc: 'vpc-0a1b2c3d',
  prometheusSubnets: 'subnet-0a1b2c3d,subnet-0b1c2d3e',
};

function findFunction({ stateless }: Synthesised, id: string) {
  return findNamed(stateless, 'AWS::Lambda::Function', 'FunctionName', `${env}-${id}`).Properties;
}

function environmentOf(stacks: Synthesised, id: string): Record<string, string> {
  const { Variables } = findFunction(stacks, id)['Environment'] as { Variables: Record<string, unknown> };
  const ours = Object.entries(Variables).filter(([name]) => name.startsWith('PROMETHEUS_'));
  return Object.fromEntries(ours.map(([name, value]) => [name, render(value)]));
}

/** Beside the database, its own log and its traces. */
function grantsOf(stacks: Synthesised, id: string): readonly string[] {
  return listGrants(stacks.stateless, findFunction(stacks, id)['Role'], 'lambda.amazonaws.com').filter(
    grant => !/^(rds-data|secretsmanager|logs|xray|states|events):/.test(grant),
  );
}

const namesOf = ({ stateless }: Synthesised) =>
  findResources(stateless, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties['FunctionName']);

test('there are functions that ask Prometheus', () => {
  expect(asking).toEqual(expect.arrayContaining(['getMetric', 'getMetricStats']));
});

describe('without a Prometheus', () => {
  let stacks: Synthesised;

  beforeAll(async () => {
    stacks = await synthesise(env);
  });

  test.each(asking)('%s knows none, and may ask nobody', id => {
    expect(environmentOf(stacks, id)).toEqual({
      PROMETHEUS_URL: '',
      PROMETHEUS_BEARER_TOKEN: '',
      PROMETHEUS_SIGNED: 'false',
      PROMETHEUS_FUNCTION: '',
      PROMETHEUS_TIMEOUT_SECONDS: '10',
    });
    expect(grantsOf(stacks, id)).toEqual([]);
  });

  test('none is made, and nobody asks in its name', () => {
    expect(findResources(stacks.stateful, 'AWS::APS::Workspace')).toEqual([]);
    expect(namesOf(stacks)).not.toContain(`${env}-QueryPrometheus`);
  });
});

describe('with the managed one', () => {
  let stacks: Synthesised;

  beforeAll(async () => {
    stacks = await synthesise(env, { prometheus: 'managed' });
  });

  test('a workspace is made where the data is, and outlives its stack', () => {
    const workspace = onlyResource(stacks.stateful, 'AWS::APS::Workspace') as { id: string; DeletionPolicy?: string };

    expect(workspace).toMatchObject({
      Properties: { Alias: 'prod-service-manager' },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    expect(Object.values(stacks.stateful.findOutputs('MetricsRemoteWrite')).map(({ Value }) => render(Value))).toEqual([
      `<${workspace.id}.PrometheusEndpoint>api/v1/remote_write`,
    ]);
  });

  test.each(asking)('%s signs what it asks, and may query that workspace alone', id => {
    const { PROMETHEUS_URL, PROMETHEUS_SIGNED } = environmentOf(stacks, id);

    const grants = grantsOf(stacks, id);

    expect(PROMETHEUS_URL).toMatch(/^<prod-service-manager-data:ExportsOutputFnGetAttMetricsPrometheusEndpoint\w+>$/);
    expect(PROMETHEUS_SIGNED).toBe('true');
    expect(grants).toEqual([
      expect.stringMatching(/^aps:QueryMetrics <prod-service-manager-data:ExportsOutputFnGetAttMetricsArn\w+>$/),
    ]);
  });

  test('cdk-nag finds nothing', () => {
    expect(listFindings(new AwsSolutionsChecks(stacks.app), stacks.app)).toEqual([]);
  });
});

test('with the address of a server it is asked there, by who may nothing more for that', async () => {
  const stacks = await synthesise(env, { prometheusUrl: url, prometheusBearerToken: 'secret' });

  const [id = ''] = asking;
  expect(environmentOf(stacks, id)).toMatchObject({
    PROMETHEUS_URL: url,
    PROMETHEUS_BEARER_TOKEN: 'secret',
    PROMETHEUS_SIGNED: 'false',
    PROMETHEUS_FUNCTION: '',
  });
  expect(grantsOf(stacks, id)).toEqual([]);
});

describe('with a server in a network of its own', () => {
  let stacks: Synthesised;

  beforeAll(async () => {
    stacks = await synthesise(env, { ...vpc, prometheusBearerToken: 'secret' });
  });

  test('one function there asks it, within the time of a request', () => {
    const group = onlyResource(stacks.stateless, 'AWS::EC2::SecurityGroup');

    const { VpcConfig, Timeout } = findFunction(stacks, 'QueryPrometheus');
    const { SecurityGroupIds, SubnetIds } = VpcConfig as { SecurityGroupIds: unknown[]; SubnetIds: string[] };

    expect(SubnetIds).toEqual(['subnet-0a1b2c3d', 'subnet-0b1c2d3e']);
    expect(SecurityGroupIds.map(idIn)).toEqual([group.id]);
    expect(group.Properties).toMatchObject({ VpcId: 'vpc-0a1b2c3d' });
    expect(Timeout).toBe(29);
    expect(environmentOf(stacks, 'QueryPrometheus')).toEqual({
      PROMETHEUS_URL: 'http://10.0.0.7:9090',
      PROMETHEUS_BEARER_TOKEN: 'secret',
    });
    expect(grantsOf(stacks, 'QueryPrometheus').every(grant => grant.startsWith('ec2:'))).toBe(true);
  });

  test('no other function is in a network', () => {
    const inside = findResources(stacks.stateless, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => 'VpcConfig' in Properties,
    );

    expect(inside.map(([, { Properties }]) => Properties['FunctionName'])).toEqual([`${env}-QueryPrometheus`]);
  });

  test.each(asking)('%s asks that function, and knows no address', id => {
    expect(environmentOf(stacks, id)).toMatchObject({
      PROMETHEUS_URL: '',
      PROMETHEUS_BEARER_TOKEN: '',
      PROMETHEUS_FUNCTION: `${env}-QueryPrometheus`,
    });
    expect(grantsOf(stacks, id)).toEqual([
      `lambda:InvokeFunction arn:aws:lambda:eu-west-1:123456789012:function:${env}-QueryPrometheus`,
    ]);
  });

  test('a security group that is there already is used', async () => {
    const { stateless } = await synthesise(env, { ...vpc, prometheusSecurityGroup: 'sg-0a1b2c3d' });

    expect(findResources(stateless, 'AWS::EC2::SecurityGroup')).toEqual([]);
    expect(
      findNamed(stateless, 'AWS::Lambda::Function', 'FunctionName', `${env}-QueryPrometheus`).Properties['VpcConfig'],
    ).toEqual({ SecurityGroupIds: ['sg-0a1b2c3d'], SubnetIds: ['subnet-0a1b2c3d', 'subnet-0b1c2d3e'] });
  });

  test('cdk-nag finds nothing', () => {
    expect(listFindings(new AwsSolutionsChecks(stacks.app), stacks.app)).toEqual([]);
  });
});
