import { Duration, Validations } from 'aws-cdk-lib';
import {
  ApiKeySourceType,
  type CfnRestApi,
  EndpointAccessMode,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  MethodLoggingLevel,
  RequestAuthorizer,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type RouteDefinition, type RouteID, routes } from '../../../functions/routes.ts';
import type { Place } from '../../place.ts';
import type { Environment } from '../environments.ts';
import { accessLogOptions, createErrorLog, letApisLog } from './access-log.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { addUsagePlans } from './usage-plans.ts';

/** All paths of the API begin with it. Being the stage, it is in no path of the table. */
const stageName = 'v1';

/**
 * The REST API of the table of routes: one method for each, which calls the function of that route alone, once the
 * authorizer agrees and the caller's role has requests left.
 */
export function createRestApi(
  scope: Construct,
  environment: Environment,
  place: Place,
  findFunction: (id: RouteID | 'Authorize') => IFunction,
): RestApi {
  const { throttles } = environment;
  const api = new RestApi(scope, 'Api', {
    restApiName: `${place.env}-service-manager`,
    endpointTypes: [EndpointType.REGIONAL],
    apiKeySourceType: ApiKeySourceType.AUTHORIZER,
    cloudWatchRole: false,
    deployOptions: {
      stageName,
      tracingEnabled: true,
      loggingLevel: MethodLoggingLevel.ERROR,
      ...accessLogOptions(scope, environment),
      ...(throttles && {
        throttlingRateLimit: throttles.stage.requestsPerSecond,
        throttlingBurstLimit: throttles.stage.burst,
      }),
    },
  });
  requireModernTls(api);
  addGatewayResponses(api);
  addMethods(api, place, findFunction);
  addUsagePlans(api, environment);
  api.deploymentStage.node.addDependency(letApisLog(scope, environment), createErrorLog(api, stageName, environment));
  acknowledge(api);
  return api;
}

/** By default API Gateway's own host name takes TLS 1.0 too. */
function requireModernTls(api: RestApi): void {
  const resource = api.node.defaultChild as CfnRestApi;
  resource.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
  resource.endpointAccessMode = EndpointAccessMode.BASIC;
}

function addMethods(api: RestApi, { settings }: Place, findFunction: (id: RouteID | 'Authorize') => IFunction): void {
  const authorizer = new RequestAuthorizer(api, 'Authorizer', {
    handler: findFunction('Authorize'),
    identitySources: [IdentitySource.header('Authorization')],
    resultsCacheTtl: Duration.seconds(settings.tokenCacheSeconds),
  });
  for (const [id, { method, path }] of Object.entries(routes) as [RouteID, RouteDefinition][]) {
    const integration = new LambdaIntegration(findFunction(id), { allowTestInvoke: false });
    api.root.resourceForPath(path).addMethod(method, integration, { authorizer, apiKeyRequired: true });
  }
}

function acknowledge(api: RestApi): void {
  Validations.of(api).acknowledge(
    {
      id: 'AwsSolutions-APIG2',
      reason: 'Each function checks path, query, headers and body against its schema, and tells all faults at once.',
    },
    {
      id: 'AwsSolutions-APIG3',
      reason:
        'No call reaches a function without a token, and each role has its own limit of requests. Which web ACL there is to be is for the account to say, and it can be associated with the stage.',
    },
    {
      id: 'AwsSolutions-COG4',
      reason:
        'Callers are programs with API tokens, or JWTs of the configured issuer: the Lambda authorizer checks both.',
    },
  );
}
