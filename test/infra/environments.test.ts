import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { RootConstruct } from 'constructs';
import { beforeAll, describe, expect, test } from 'vitest';
import { environmentNames } from '../../infra/aws/environments.ts';
import { readEnvironment } from '../../infra/aws/read-environment.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { allResources, type Resource } from './template.ts';

const synthesised = new Map<string, Synthesised>();

beforeAll(async () => {
  for (const env of environmentNames)
    synthesised.set(env, await synthesise(env, { 'aws:cdk:enable-path-metadata': true }));
});

describe.each(environmentNames)('%s', env => {
  test('has stacks without a circle, far below the limit of resources', () => {
    const { stateful, stateless } = find(env);

    const sizes = [stateful, stateless].map(template => Object.keys(allResources(template)).length);

    const bytes = [stateful, stateless].map(template => JSON.stringify(template.toJSON(), null, 1).length);

    // CloudFormation takes 500, and 1 MB.
    expect(Math.max(...sizes)).toBeLessThan(400);
    expect(Math.max(...bytes)).toBeLessThan(800_000);
  });

  test('says which it is in every name and in every tag', () => {
    const named = resourcesOf(env).flatMap(([, { Type, Properties }]) =>
      Object.entries(Properties)
        .filter(([property, value]) => isName(Type, property) && typeof value === 'string')
        .map(([, value]) => `${Type} ${value}`),
    );
    const tags = resourcesOf(env).flatMap(([, { Properties }]) =>
      Array.isArray(Properties['Tags']) ? [Properties['Tags']] : [],
    );

    expect(named.length).toBeGreaterThan(80);
    expect(named.filter(name => !new RegExp(`\\b${env}-`).test(name))).toEqual([]);
    expect(tags.length).toBeGreaterThan(80);
    for (const list of tags) {
      expect(list).toEqual(
        expect.arrayContaining([
          { Key: 'Application', Value: 'service-manager' },
          { Key: 'Environment', Value: env },
        ]),
      );
    }
  });

  test('has templates of ASCII alone, since CloudFormation makes question marks of the rest', () => {
    const { stateful, stateless } = find(env);

    const text = JSON.stringify([stateful.toJSON(), stateless.toJSON()]);

    expect(text.match(/.{0,40}[^\x20-\x7e].{0,10}/g)).toBeNull();
  });

  test('names no account and no region, so that it goes wherever it is deployed to', () => {
    const { stateful, stateless } = find(env);

    const text = JSON.stringify([stateful.toJSON(), stateless.toJSON()]);
    const literal = [...text.matchAll(/arn:aws:[a-z-]+:(?!::)[a-z0-9-]*:\d*:[\w:/-]*/g)].map(([arn]) => arn);

    // The database that the local environment does not deploy is in no account at all.
    expect(new Set(literal.filter(arn => !/:000000000000:(cluster|secret):service-manager$/.test(arn)))).toEqual(
      new Set(),
    );
  });
});

test('what holds data is deleted in two steps, except on one machine', () => {
  const isProtected = environmentNames.map(env => {
    const stacks = find(env).app.node.findAll().filter(Stack.isStack);
    return stacks.map(({ stackName, terminationProtection }) => [stackName, terminationProtection]);
  });

  expect(isProtected).toEqual([
    [
      ['dev-service-manager-data', true],
      ['dev-service-manager', false],
    ],
    [
      ['prod-service-manager-data', true],
      ['prod-service-manager', false],
    ],
    [
      ['local-service-manager-data', false],
      ['local-service-manager', false],
    ],
  ]);
});

test('production differs from development in what is listed here, and in nothing else', () => {
  const [dev, prod] = [flatten('dev'), flatten('prod')];

  const differences = new Set(
    [...new Set([...dev.keys(), ...prod.keys()])]
      .filter(path => dev.get(path)?.value !== prod.get(path)?.value)
      .map(path => {
        const { what = '', resource = '' } = dev.get(path) ?? prod.get(path) ?? {};
        if (!prod.has(resource)) return `${what}: dev alone`;
        if (!dev.has(resource)) return `${prod.get(resource)?.what}: prod alone`;
        return `${what}: ${dev.get(path)?.value} -> ${prod.get(path)?.value}`;
      }),
  );

  expect([...differences].toSorted()).toEqual([
    'AWS::Lambda::Function.Properties.Environment.Variables.DATABASE_PAUSES: true -> false',
    'AWS::Logs::LogGroup.Properties.RetentionInDays: 30 -> 180',
    'AWS::RDS::DBCluster.Properties.BackupRetentionPeriod: 7 -> 35',
    'AWS::RDS::DBCluster.Properties.ServerlessV2ScalingConfiguration.MaxCapacity: 4 -> 16',
    'AWS::RDS::DBCluster.Properties.ServerlessV2ScalingConfiguration.MinCapacity: 0 -> 0.5',
    'AWS::RDS::DBCluster.Properties.ServerlessV2ScalingConfiguration.SecondsUntilAutoPause: 300 -> undefined',
    'AWS::RDS::DBInstance: prod alone',
  ]);
});

describe('the context', () => {
  test.each(['', 'Prod', 'test'])('names no environment %j', name => {
    expect(() => read({ env: name })).toThrow('The context key env must be one of dev, prod, local');
  });

  test('without the key env names none either', () => {
    expect(() => read({})).toThrow('The context key env must be one of dev, prod, local');
  });

  test('says whose JWTs are taken, where an issuer is configured', () => {
    const { settings } = read({ env: 'dev', oidcIssuer: 'https://id.example.com', oidcAudience: 'service-manager' });

    expect(settings.oidc).toEqual({
      issuer: 'https://id.example.com',
      audience: 'service-manager',
      roleClaim: 'role',
      serviceClaim: 'service',
    });
    expect(read({ env: 'dev' }).settings.oidc).toBeUndefined();
  });

  test('says which labels of alerts count', () => {
    const names = { service: 'app', version: 'version', severity: 'priority' };

    expect(read({ env: 'dev', alertLabels: 'service=app,severity=priority' }).settings.alertLabels).toEqual(names);
    expect(read({ env: 'dev' }).settings.alertLabels.service).toBe('service');
  });

  test('says where the Data API is that the local environment uses', () => {
    expect(read({ env: 'local', dataApiUrl: 'http://10.0.0.1:9000' }).database).toEqual({
      kind: 'elsewhere',
      dataApiUrl: 'http://10.0.0.1:9000',
    });
  });

  test('lets everyone in where an emulator has no authorizers, and nowhere else', () => {
    expect(read({ env: 'local', open: 'true' }).settings.access).toBe('open');
    expect(read({ env: 'local', open: 'false' }).settings.access).toBe('closed');
    expect(() => read({ env: 'dev', open: 'true' })).toThrow('open is for the environment local alone');
    expect(() => read({ env: 'prod', open: 'true' })).toThrow('open is for the environment local alone');
  });

  test.each([
    [{ oidcIssuer: 'https://id.example.com' }, 'oidcIssuer and oidcAudience go together'],
    [{ oidcIssuer: 'http://id.example.com', oidcAudience: 'a' }, 'oidcIssuer must be an https URL'],
    [{ tokenCacheSeconds: '3601' }, 'tokenCacheSeconds must be a whole number up to 3600'],
    [{ tokenCacheSeconds: 'ten' }, 'tokenCacheSeconds must be a whole number up to 3600'],
    [{ alertLabels: 'name=app' }, 'alertLabels must be like service=app'],
    [{ alertLabels: 'service=a-b' }, 'alertLabels must be like service=app'],
    [{ alertLabels: 'service=a=b' }, 'alertLabels must be like service=app'],
    [{ prometheus: 'yes' }, 'prometheus must be managed'],
    [{ prometheus: 'managed', prometheusUrl: 'http://a' }, 'prometheus and prometheusUrl do not go together'],
    [{ prometheusUrl: 'a:9090' }, 'prometheusUrl must be an http or https URL'],
    [{ prometheusUrl: 'http://ann:secret@a:99999' }, 'prometheusUrl must be an http or https URL'],
    [{ prometheusUrl: 'http://a', prometheusBearerToken: 'a b' }, 'prometheusBearerToken must be printable ASCII'],
    [{ prometheusBearerToken: 'secret' }, 'prometheusBearerToken goes with prometheusUrl'],
    [{ prometheusVpc: 'vpc-0a1b2c3d', prometheusSubnets: 'subnet-0a1b2c3d' }, 'prometheusVpc goes with prometheusUrl'],
    [{ prometheusUrl: 'http://a', prometheusVpc: 'vpc-1' }, 'prometheusVpc and prometheusSubnets go together'],
    [{ prometheusUrl: 'http://a', prometheusSecurityGroup: 'sg-1' }, 'prometheusVpc and prometheusSubnets go together'],
    [
      { prometheusUrl: 'http://a', prometheusVpc: 'vpc-0a1b2c3d', prometheusSubnets: 'subnet-0a1b2c3d, subnet-2' },
      'prometheusSubnets must have ids such as subnet-0a1b2c3d:  subnet-2',
    ],
    [{ alarmEmail: 'nobody' }, 'alarmEmail must be an address'],
    [{ reservedReports: '-1' }, 'reservedReports must be a whole number up to 1000'],
    [{ allowDestructiveMigrations: 'yes' }, 'allowDestructiveMigrations must be true or false'],
  ])('%j is refused', (context, message) => {
    expect(() => read({ env: 'dev', ...context })).toThrow(message);
  });
});

function read(context: Readonly<Record<string, unknown>>) {
  // An app would leave a folder behind.
  const root = new RootConstruct();
  for (const [key, value] of Object.entries(context)) root.node.setContext(key, value);
  return readEnvironment(root);
}

function find(env: string): Synthesised {
  const found = synthesised.get(env);
  if (!found) throw new Error(`${env} was not synthesised.`);
  return found;
}

function resourcesOf(env: string): readonly (readonly [string, Resource])[] {
  const { stateful, stateless } = find(env);
  return [stateful, stateless].flatMap(template => Object.entries(allResources(template)));
}

/** What AWS calls a resource by, rather than a name of something in it. */
function isName(type: string, property: string): boolean {
  const names =
    /^(FunctionName|StateMachineName|LogGroupName|AlarmName|DashboardName|TopicName|UsagePlanName|DBClusterIdentifier)$/;
  const plain = /^AWS::(ApiGateway::(RestApi|ApiKey)|Logs::QueryDefinition)$/;
  return (names.test(property) && type !== 'AWS::Lambda::Permission') || (property === 'Name' && plain.test(type));
}

interface Value {
  readonly what: string;
  readonly resource: string;
  readonly value: unknown;
}

/** Every value of an environment's templates by its path, as it would be in dev. */
function flatten(env: string): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const add = (path: string, what: string, resource: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) values.set(path, { what, resource, value });
    else for (const [key, item] of Object.entries(value)) add(`${path}.${key}`, `${what}.${key}`, resource, item);
  };
  for (const template of [find(env).stateful, find(env).stateless]) {
    const { Resources, ...rest } = JSON.parse(nameAsInDev(template)) as { Resources: Record<string, Resource> };
    for (const [id, { Type, ...resource }] of Object.entries(Resources)) {
      values.set(id, { what: Type, resource: id, value: Type });
      add(id, Type, id, resource);
    }
    add('template', 'template', 'template', rest);
  }
  values.set('template', { what: 'template', resource: 'template', value: 'template' });
  return values;
}

/** Logical ids have hashes of names in them, of which there are others in each environment: paths take their place. */
function nameAsInDev(template: Template): string {
  let text = JSON.stringify(template.toJSON());
  for (const [id, { Metadata }] of Object.entries(allResources(template))) {
    const path = Metadata?.['aws:cdk:path'];
    if (path !== undefined) text = text.replaceAll(`${id}"`, `${path}"`);
  }
  // Some paths have such a hash too, and keys of usage plans no hyphens.
  return text.replace(/(?:dev|prod)(servicemanager\w*?)(?:[0-9A-F]{8})?\b/g, 'dev$1').replace(/\bprod\b/g, 'dev');
}
