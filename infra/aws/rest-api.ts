import { Duration } from 'aws-cdk-lib';
import {
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type RouteDefinition, type RouteID, routes } from '../../functions/routes.ts';
import type { Place } from '../place.ts';

/** All paths of the API begin with it. Being the stage, it is in no path of the table. */
const stageName = 'v1';

/** The REST API of the table of routes: one method for each, which calls the function of that route alone, once the authorizer agrees. */
export function createRestApi(
  scope: Construct,
  { env, settings }: Place,
  findFunction: (id: RouteID | 'Authorize') => IFunction,
): RestApi {
  const api = new RestApi(scope, 'Api', {
    restApiName: `${env}-service-manager`,
    endpointTypes: [EndpointType.REGIONAL],
    deployOptions: { stageName },
    cloudWatchRole: false,
  });
  const authorizer = new RequestAuthorizer(scope, 'Authorizer', {
    handler: findFunction('Authorize'),
    identitySources: [IdentitySource.header('Authorization')],
    resultsCacheTtl: Duration.seconds(settings.tokenCacheSeconds),
  });
  for (const [id, { method, path }] of Object.entries(routes) as [RouteID, RouteDefinition][]) {
    const integration = new LambdaIntegration(findFunction(id), { allowTestInvoke: false });
    api.root.resourceForPath(path).addMethod(method, integration, { authorizer });
  }
  return api;
}
