import { beforeAll, describe, expect, test } from 'vitest';
import { type RouteDefinition, routes } from '../../functions/routes.ts';
import { databaseName, machineArn, machineNames, type Place } from '../../infra/place.ts';
import { defaultSettings } from '../../infra/settings.ts';
import { substitutions, wireFunctions } from '../../infra/wiring.ts';
import { findResources, type Resource, render, synthesise, type Templates } from './synthesise.ts';

const env = 'prod';
const traceGrants = ['xray:PutTraceSegments *', 'xray:PutTelemetryRecords *'];
const functionType = 'AWS::Lambda::Function';
const allRoutes: [string, RouteDefinition][] = Object.entries(routes);

let templates: Templates;
/** What the wiring says of the same place, with references as they are rendered. */
let place: Place;

beforeAll(async () => {
  templates = await synthesise(env);
  const names = Object.values(templates.stateful.findOutputs('*')).flatMap(output => output['Export']?.Name ?? []);
  const findExport = (part: string) => names.find(name => name.includes(part));
  place = {
    env,
    region: 'eu-west-1',
    accountID: '123456789012',
    partition: 'aws',
    clusterArn: `arn:aws:rds:eu-west-1:123456789012:cluster:<${findExport('OutputRefDatabase')}>`,
    secretArn: `<${findExport('SecretArn')}>`,
    adminTokenSecretArn: `<${findExport('AdminToken')}>`,
    databaseName,
    settings: defaultSettings,
  };
});

describe('the data stack', () => {
  test('holds a serverless PostgreSQL 17 that has the Data API and cannot be deleted by mistake', () => {
    const [[, cluster] = []] = findResources(templates.stateful, 'AWS::RDS::DBCluster');

    expect(cluster).toMatchObject({
      DeletionPolicy: 'Snapshot',
      Properties: {
        Engine: 'aurora-postgresql',
        EngineVersion: expect.stringMatching(/^17\./),
        EnableHttpEndpoint: true,
        DatabaseName: place.databaseName,
        DeletionProtection: true,
        StorageEncrypted: true,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5 },
      },
    });
  });

  test('has a network that nothing leads into or out of', () => {
    const types = Object.values(templates.stateful.toJSON()['Resources'] as Record<string, Resource>).map(
      ({ Type }) => Type,
    );

    expect(types).not.toContain('AWS::EC2::NatGateway');
    expect(types).not.toContain('AWS::EC2::InternetGateway');
    expect(types).not.toContain(functionType);
  });
});

describe('the functions', () => {
  test('are one for each route and task, named after it', () => {
    const names = findResources(templates.stateless, functionType).map(
      ([, { Properties }]) => Properties['FunctionName'],
    );

    expect(names.toSorted()).toEqual(
      wireFunctions(place)
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('run as ES modules on Node 24 and Graviton, each from a bundle of its own', () => {
    const functions = findResources(templates.stateless, functionType);
    const files = new Set(wireFunctions(place).map(({ file }) => file));

    const bundles = new Set(functions.map(([, { Properties }]) => JSON.stringify(Properties['Code'])));

    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    }
    // Tasks that are alike to the byte would share one.
    expect(bundles.size).toBe(files.size);
  });

  test('are given the environment of their needs and no other variable', () => {
    const functions = findResources(templates.stateless, functionType);

    const given = functions.map(([, { Properties }]) => {
      const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
      return [Properties['FunctionName'], mapValues(Variables, render)];
    });

    expect(Object.fromEntries(given)).toEqual(
      Object.fromEntries(wireFunctions(place).map(({ name, environment }) => [name, environment])),
    );
  });

  test('are granted what their needs say, and to write their own log', () => {
    const functions = findResources(templates.stateless, functionType);

    const granted = functions.map(([, { Properties }]) => [Properties['FunctionName'], listGrants(Properties['Role'])]);

    const expected = functions.map(([, { Properties }]) => {
      const wired = wireFunctions(place).find(({ name }) => name === Properties['FunctionName']);
      const { LogGroup } = Properties['LoggingConfig'] as { LogGroup: { Ref: string } };
      const log = `<${LogGroup.Ref}.Arn>`;
      const lines = [`logs:CreateLogStream ${log}`, `logs:PutLogEvents ${log}`, ...traceGrants];
      for (const { actions, resources } of wired?.grants ?? []) {
        for (const action of actions) lines.push(...resources.map(resource => `${action} ${resource}`));
      }
      return [wired?.name, lines.toSorted()];
    });
    expect(Object.fromEntries(granted)).toEqual(Object.fromEntries(expected));
  });
});

describe('the REST API', () => {
  test('has a method for each route, which calls the function of that route', () => {
    const methods = findResources(templates.stateless, 'AWS::ApiGateway::Method').map(([, { Properties }]) => {
      const { Uri, Type } = Properties['Integration'] as { Uri: unknown; Type: string };
      const [, functionID = ''] = /functions\/<(\w+)\.Arn>\/invocations$/.exec(render(Uri)) ?? [];
      return `${Type} ${Properties['HttpMethod']} ${findPath(Properties['ResourceId'])} ${findFunctionName(functionID)}`;
    });

    expect(methods.toSorted()).toEqual(
      allRoutes.map(([id, { method, path }]) => `AWS_PROXY ${method} ${path} ${env}-${id}`).toSorted(),
    );
  });

  test('may call each function by one permission, for its method and path alone, and the authorizer', () => {
    const permissions = findResources(templates.stateless, 'AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com')
      .map(([, { Properties }]) => {
        const [, functionID = ''] = /^<(\w+)\.Arn>$/.exec(render(Properties['FunctionName'])) ?? [];
        const [, methodAndPath] = render(Properties['SourceArn']).split(/(?<=^[^/]*\/[^/]*)\//);
        return `${findFunctionName(functionID)} ${methodAndPath}`;
      });

    const [[authorizer] = []] = findResources(templates.stateless, 'AWS::ApiGateway::Authorizer');
    const ofRoutes = allRoutes.map(
      ([id, { method, path }]) => `${env}-${id} ${method}${path.replace(/\{\w+\}/g, '*')}`,
    );
    expect(permissions.toSorted()).toEqual([`${env}-Authorize <${authorizer}>`, ...ofRoutes].toSorted());
  });

  test('is served under /v1', () => {
    const stages = findResources(templates.stateless, 'AWS::ApiGateway::Stage');

    expect(stages.map(([, { Properties }]) => Properties['StageName'])).toEqual(['v1']);
  });
});

describe('the state machines', () => {
  test('have the names that their ARNs are formatted from', () => {
    const machines = findResources(templates.stateless, 'AWS::StepFunctions::StateMachine');

    const names = machines.map(([, { Properties }]) => Properties['StateMachineName']);

    expect(names.toSorted()).toEqual(machineNames.map(name => machineArn(place, name).split(':').at(-1)).toSorted());
  });

  test.each(machineNames)(
    '%s has a value for each substitution, may call those functions, and comes after them',
    name => {
      const [[, machine] = []] = findResources(templates.stateless, 'AWS::StepFunctions::StateMachine').filter(
        ([, { Properties }]) => Properties['StateMachineName'] === `${env}-${name}`,
      );
      const arns = Object.values(substitutions(place, name));

      const definition = String(machine?.Properties['DefinitionString']);
      const values = (machine?.Properties['DefinitionSubstitutions'] ?? {}) as Record<string, unknown>;
      const used = [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, used]) => used))];

      expect(mapValues(values, render)).toEqual(substitutions(place, name));
      expect(used.toSorted()).toEqual(Object.keys(values).toSorted());
      expect(listGrants(machine?.Properties['RoleArn']).filter(grant => !grant.endsWith(' *'))).toEqual(
        arns.map(arn => `lambda:InvokeFunction ${arn}`).toSorted(),
      );
      const before = new Set((machine?.DependsOn ?? []).map(findFunctionName));
      expect(arns.filter(arn => !before.has(arn.split(':').at(-1)))).toEqual([]);
    },
  );

  test('are referenced by nothing, since that would be a circle', () => {
    const ids = findResources(templates.stateless, 'AWS::StepFunctions::StateMachine').map(([id]) => id);
    const text = JSON.stringify(templates.stateless.toJSON());

    const referenced = ids.filter(id => text.includes(`"Ref":"${id}"`) || text.includes(`"Fn::GetAtt":["${id}"`));

    expect(referenced).toEqual([]);
  });
});

test('the reconciler is called every minute, and only the rule may do it', () => {
  const [[ruleID, rule] = []] = findResources(templates.stateless, 'AWS::Events::Rule');

  const [target] = (rule?.Properties['Targets'] ?? []) as { Arn: unknown }[];
  const [, functionID = ''] = /^<(\w+)\.Arn>$/.exec(render(target?.Arn)) ?? [];

  expect(rule?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  expect(findFunctionName(functionID)).toBe(`${env}-Reconcile`);
  templates.stateless.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'events.amazonaws.com',
    FunctionName: target?.Arn,
    SourceArn: { 'Fn::GetAtt': [ruleID, 'Arn'] },
  });
});

test.each(['', 'Prod', 'test'])('there is no environment %j', async name => {
  await expect(synthesise(name)).rejects.toThrow('The context key env must be one of dev, prod, local');
});

/** Every `action resource` of a role, which must have no other policies than its own. */
function listGrants(role: unknown): readonly string[] {
  const [, roleID = ''] = /^<(\w+)\.Arn>$/.exec(render(role)) ?? [];
  const { ManagedPolicyArns, Policies } = templates.stateless.toJSON()['Resources'][roleID].Properties;
  const attached = findResources(templates.stateless, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
    JSON.stringify(Properties['Roles']).includes(roleID),
  );
  expect([...(ManagedPolicyArns ?? []), ...attached]).toEqual([]);
  const statements = (Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  return statements
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap(action => [Resource].flat().map(resource => `${action} ${render(resource)}`)),
    )
    .toSorted();
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

function findFunctionName(logicalID: string): string | undefined {
  return templates.stateless.toJSON()['Resources'][logicalID]?.Properties.FunctionName;
}

/** The path of a resource of the API, without the stage. */
function findPath(resource: unknown): string {
  const [, id = ''] = /^<(\w+)>$/.exec(render(resource)) ?? [];
  if (id === '') return '';
  const { ParentId, PathPart } = templates.stateless.toJSON()['Resources'][id].Properties;
  return `${findPath(ParentId)}/${PathPart}`;
}

function mapValues<Value, Result>(record: Readonly<Record<string, Value>>, map: (value: Value) => Result) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
