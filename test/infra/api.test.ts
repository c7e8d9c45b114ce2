import { beforeAll, expect, test } from 'vitest';
import { roles } from '../../functions/domain/roles.ts';
import { type RouteDefinition, routes } from '../../functions/routes.ts';
import { gatewayProblems, renderProblem } from '../../infra/gateway-responses.ts';
import { usageKeyPrefix } from '../../infra/place.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { allResources, findResources, functionNameOf, idIn, onlyResource, render } from './template.ts';

const env = 'prod';
const allRoutes: [string, RouteDefinition][] = Object.entries(routes);

let stacks: Synthesised;

beforeAll(async () => {
  stacks = await synthesise(env);
});

test('there is one method for each route, which calls the function of that route', () => {
  const methods = find('Method').map(([, { Properties }]) => {
    const { Uri, Type } = Properties['Integration'] as { Uri: unknown; Type: string };
    const [, functionID = ''] = /functions\/<(\w+)\.Arn>\/invocations$/.exec(render(Uri)) ?? [];
    const name = functionNameOf(stacks.stateless, functionID);
    return `${Type} ${Properties['HttpMethod']} ${pathOf(Properties['ResourceId'])} ${name}`;
  });

  expect(methods.toSorted()).toEqual(
    allRoutes.map(([id, { method, path }]) => `AWS_PROXY ${method} ${path} ${env}-${id}`).toSorted(),
  );
});

test('each method asks the authorizer first, and counts against the usage plan that it names', () => {
  const { id: authorizer } = findOnly('Authorizer');

  const open = find('Method').filter(
    ([, { Properties }]) =>
      Properties['AuthorizationType'] !== 'CUSTOM' ||
      idIn(Properties['AuthorizerId']) !== authorizer ||
      Properties['ApiKeyRequired'] !== true,
  );

  expect(find('Method').length).toBeGreaterThan(20);
  expect(open).toEqual([]);
});

test('no method asks an authorizer where an emulator has none, nor is anything watched there', async () => {
  const { stateless } = await synthesise('local', { open: 'true' });

  const guarded = findResources(stateless, 'AWS::ApiGateway::Method').filter(
    ([, { Properties }]) => Properties['AuthorizationType'] !== 'NONE' || Properties['ApiKeyRequired'] === true,
  );

  for (const type of ['AWS::ApiGateway::Authorizer', 'AWS::CloudWatch::Alarm', 'AWS::Logs::QueryDefinition']) {
    expect(findResources(stateless, type)).toEqual([]);
  }
  expect(guarded).toEqual([]);
});

test('the authorizer is asked for each token, and its answers count for as long as the setting says', async () => {
  const uncached = await synthesise(env, { tokenCacheSeconds: '0' });

  const cached = findOnly('Authorizer');
  const { Properties } = onlyResource(uncached.stateless, 'AWS::ApiGateway::Authorizer');

  expect(cached.Properties).toMatchObject({
    Type: 'REQUEST',
    IdentitySource: 'method.request.header.Authorization',
    AuthorizerResultTtlInSeconds: 10,
  });
  expect(Properties['AuthorizerResultTtlInSeconds']).toBe(0);
});

test('a change of the authorizer is a new deployment, without which the stage would go on with the old one', async () => {
  const changed = await synthesise(env, { tokenCacheSeconds: '60' });

  const deploymentOf = ({ stateless }: Synthesised) => onlyResource(stateless, 'AWS::ApiGateway::Deployment').id;

  expect(deploymentOf(await synthesise(env))).toBe(deploymentOf(stacks));
  expect(deploymentOf(changed)).not.toBe(deploymentOf(stacks));
});

test('each function may be called by one permission, for its method and path alone, and the authorizer; no test may', () => {
  const permissions = findResources(stacks.stateless, 'AWS::Lambda::Permission')
    .filter(([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com')
    .map(([, { Properties }]) => {
      const [, stageAndCall] = render(Properties['SourceArn']).split(/(?<=^[^/]*)\//);
      return `${functionNameOf(stacks.stateless, Properties['FunctionName'])} ${stageAndCall}`;
    });

  const { id: stage } = findOnly('Stage');
  const { id: authorizer } = findOnly('Authorizer');
  const ofRoutes = allRoutes.map(
    ([id, { method, path }]) => `${env}-${id} <${stage}>/${method}${path.replace(/\{\w+\}/g, '*')}`,
  );
  expect(permissions.toSorted()).toEqual([`${env}-Authorize authorizers/<${authorizer}>`, ...ofRoutes].toSorted());
});

test('it is served under /v1, by TLS 1.2 or later', () => {
  expect(findOnly('Stage').Properties['StageName']).toBe('v1');
  expect(findOnly('RestApi').Properties['SecurityPolicy']).toMatch(/^SecurityPolicy_TLS13_1_2_/);
});

test('what API Gateway answers by itself is a problem too, for each kind of answer', () => {
  const responses = find('GatewayResponse').map(([, { Properties }]) => {
    const { ResponseType, StatusCode, ResponseParameters, ResponseTemplates } = Properties;
    const templates = ResponseTemplates as Record<string, string>;
    const headers = Object.entries(ResponseParameters as Record<string, string>).map(([name, value]) => [
      name.replace('gatewayresponse.header.', ''),
      value.slice(1, -1),
    ]);
    return [
      ResponseType,
      {
        status: Number(StatusCode),
        headers: Object.fromEntries(headers),
        body: JSON.parse(templates['application/json'] ?? ''),
      },
    ];
  });

  const expected = Object.entries(gatewayProblems).map(([type, problem]) => {
    const { body, ...rest } = renderProblem(problem, '$context.requestId');
    return [type, { ...rest, body: JSON.parse(body) }];
  });
  expect(Object.fromEntries(responses)).toEqual(Object.fromEntries(expected));
});

test('each role has a usage plan, whose key is the one that the authorizer names', () => {
  const keys = new Map(find('ApiKey').map(([id, { Properties }]) => [id, Properties['Value']]));
  const plans = new Map(find('UsagePlan').map(([id, { Properties }]) => [id, Properties]));

  const pairs = find('UsagePlanKey').map(([, { Properties }]) => [
    plans.get(idIn(Properties['UsagePlanId']))?.['UsagePlanName'],
    keys.get(idIn(Properties['KeyId'])),
  ]);

  expect(findOnly('RestApi').Properties['ApiKeySourceType']).toBe('AUTHORIZER');
  expect(pairs.toSorted()).toEqual(
    roles.map(role => [`${env}-service-manager-${role}`, `${usageKeyPrefix(env)}${role}`]).toSorted(),
  );
  // API Gateway takes no others.
  expect([...keys.values()].filter(key => !/^[a-zA-Z0-9]{20,128}$/.test(String(key)))).toEqual([]);
});

test('each role may send so many requests a second, and all together no more than the stage takes', () => {
  const stage = findOnly('Stage');

  const [all] = stage.Properties['MethodSettings'] as { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }[];
  const limits = find('UsagePlan').map(([, { Properties }]) => Properties['Throttle']);

  expect(all).toMatchObject({
    HttpMethod: '*',
    ResourcePath: '/*',
    ThrottlingRateLimit: 500,
    ThrottlingBurstLimit: 1000,
  });
  expect(limits).toHaveLength(roles.length);
  for (const limit of limits) {
    const { RateLimit, BurstLimit } = limit as { RateLimit: number; BurstLimit: number };
    expect(RateLimit).toBeLessThan(all?.ThrottlingRateLimit ?? 0);
    expect(BurstLimit).toBeLessThan(all?.ThrottlingBurstLimit ?? 0);
  }
});

test('on one machine nothing is throttled', async () => {
  const { stateless } = await synthesise('local');

  const settings = findResources(stateless, 'AWS::ApiGateway::Stage').map(
    ([, { Properties }]) => Properties['MethodSettings'],
  );
  const plans = findResources(stateless, 'AWS::ApiGateway::UsagePlan');

  expect(JSON.stringify(settings)).not.toContain('Throttling');
  expect(plans).toHaveLength(roles.length);
  expect(plans.filter(([, { Properties }]) => 'Throttle' in Properties)).toEqual([]);
});

test('requests are traced and logged without what they carry, and errors too, for a time', () => {
  const stage = findOnly('Stage');
  const { Format, DestinationArn } = stage.Properties['AccessLogSetting'] as Record<string, unknown>;
  const [settings] = stage.Properties['MethodSettings'] as Record<string, unknown>[];
  const logs = findResources(stacks.stateless, 'AWS::Logs::LogGroup');

  const fields = JSON.parse(String(Format)) as Record<string, string>;
  const accessLog = logs.find(([id]) => id === idIn(DestinationArn));
  const errorLog = logs.find(([, { Properties }]) => render(Properties['LogGroupName']).startsWith('API-Gateway-'));

  expect(stage.Properties['TracingEnabled']).toBe(true);
  expect(settings).toMatchObject({ LoggingLevel: 'ERROR', DataTraceEnabled: false });
  expect(fields).toMatchObject({
    requestID: '$context.requestId',
    extendedRequestID: '$context.extendedRequestId',
    route: '$context.resourcePath',
  });
  expect(Object.values(fields).filter(field => !/^\$context\.[\w.]+$/.test(field))).toEqual([]);
  expect(Object.values(fields).filter(field => /header|body|apiKey/i.test(field))).toEqual([]);
  expect(accessLog?.[1].Properties).toMatchObject({ RetentionInDays: 180 });
  expect(errorLog?.[1].Properties).toMatchObject({ RetentionInDays: 180 });
  expect(stage.DependsOn).toEqual(expect.arrayContaining([errorLog?.[0], findOnly('Account').id]));
});

test('an environment that is removed leaves the logging of APIs to the others of the account', () => {
  const account = findOnly('Account');
  const role = allResources(stacks.stateless)[idIn(account.Properties['CloudWatchRoleArn'])];

  expect([account, role]).toEqual([
    expect.objectContaining({ DeletionPolicy: 'Retain' }),
    expect.objectContaining({ DeletionPolicy: 'Retain' }),
  ]);
});

function find(type: string) {
  return findResources(stacks.stateless, `AWS::ApiGateway::${type}`);
}

function findOnly(type: string) {
  return onlyResource(stacks.stateless, `AWS::ApiGateway::${type}`);
}

/** The path of a resource of the API, without the stage. */
function pathOf(resource: unknown): string {
  const { Type, Properties } = allResources(stacks.stateless)[idIn(resource)] ?? {};
  if (Type !== 'AWS::ApiGateway::Resource') return '';
  return `${pathOf(Properties?.['ParentId'])}/${Properties?.['PathPart']}`;
}

test('of the reports of instances few are traced, since a fleet sends them all day', () => {
  const { Properties } = onlyResource(stacks.stateless, 'AWS::XRay::SamplingRule');

  expect(Properties['SamplingRule']).toMatchObject({
    ServiceName: `${env}-service-manager/v1`,
    HTTPMethod: 'PUT',
    URLPath: '*/services/*/instances/*',
    ReservoirSize: 0,
    FixedRate: 0.01,
  });
});
