import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type RouteDefinition, type RouteID, routes } from '../../functions/routes.ts';

/** Paths of the API begin with it: it is the stage, so it is in the URL but not among the resources. */
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
    api.root.resourceForPath(withoutStage(path)).addMethod(method, integration);
  }
  return api;
}

/** @throws when the path is of another stage */
function withoutStage(path: string): string {
  const prefix = `/${stageName}/`;
  if (!path.startsWith(prefix)) throw new Error(`The path of a route must begin with ${prefix}: ${path}`);
  return path.slice(prefix.length - 1);
}
