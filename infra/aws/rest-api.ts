import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type RouteDefinition, type RouteID, routes } from '../../functions/routes.ts';

/** All paths of the API begin with it. Being the stage, it is in no path of the table. */
const stageName = 'v1';

/** The REST API of the table of routes: one method for each, which calls the function of that route alone. */
export function createRestApi(scope: Construct, name: string, findFunction: (id: RouteID) => IFunction): RestApi {
  const api = new RestApi(scope, 'Api', {
    restApiName: name,
    endpointTypes: [EndpointType.REGIONAL],
    deployOptions: { stageName },
    cloudWatchRole: false,
  });
  for (const [id, { method, path }] of Object.entries(routes) as [RouteID, RouteDefinition][]) {
    const integration = new LambdaIntegration(findFunction(id), { allowTestInvoke: false });
    api.root.resourceForPath(path).addMethod(method, integration);
  }
  return api;
}
