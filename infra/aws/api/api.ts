import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
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
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type RouteDefinition, type RouteID, routes } from '../../../functions/routes.ts';
import type { Place } from '../../place.ts';
import type { Environment } from '../environments.ts';
import type { Functions } from '../functions.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { accessLogOptions, createAccessLog, createErrorLog, letApisLog } from './logs.ts';
import { sampleReports } from './sample-reports.ts';
import { addUsagePlans } from './usage-plans.ts';

/** All paths of the API begin with it. Being the stage, it is in no path of the table. */
const stageName = 'v1';

/**
 * The REST API of the table of routes: one method for each, which calls the function of that route alone, once the
 * authorizer agrees and the caller's role has requests left.
 */
export class Api extends Construct {
  readonly rest: RestApi;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, environment: Environment, place: Place, functions: Functions) {
    super(scope, 'Api');
    this.accessLog = createAccessLog(this, environment);
    this.rest = this.#createRestApi(environment);
    this.#requireModernTls();
    this.#addMethods(place, functions);
    addGatewayResponses(this.rest);
    addUsagePlans(this.rest, environment);
    const { tracedReports } = environment;
    if (tracedReports !== undefined) sampleReports(this, `${this.rest.restApiName}/${stageName}`, tracedReports);
    const { deploymentStage, url } = this.rest;
    const errorLog = createErrorLog(this, environment, `${this.rest.restApiId}/${stageName}`);
    deploymentStage.node.addDependency(letApisLog(this, environment), errorLog);
    new CfnOutput(this, 'Url', { description: 'Where the API is', value: url });
  }

  #createRestApi({ name, throttles }: Environment): RestApi {
    const rest = new RestApi(this, 'Rest', {
      restApiName: `${name}-service-manager`,
      endpointTypes: [EndpointType.REGIONAL],
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      cloudWatchRole: false,
      deployOptions: {
        stageName,
        tracingEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        ...accessLogOptions(this.accessLog),
        ...(throttles && {
          throttlingRateLimit: throttles.stage.requestsPerSecond,
          throttlingBurstLimit: throttles.stage.burst,
        }),
      },
    });
    Validations.of(rest).acknowledge(
      {
        id: 'AwsSolutions-APIG2',
        reason: 'Each function checks path, query, headers and body against its schema, and tells all faults at once.',
      },
      {
        id: 'AwsSolutions-APIG3',
        reason:
          'No request reaches a function without a token, and each role has a limit of requests. Which web ACL there is to be is for the account to say; it can be associated with the stage.',
      },
      {
        id: 'AwsSolutions-COG4',
        reason:
          'Callers are programs with API tokens, or JWTs of the configured issuer: the Lambda authorizer checks both.',
      },
    );
    return rest;
  }

  /** By default API Gateway's own host name takes TLS 1.0 too. */
  #requireModernTls(): void {
    const resource = this.rest.node.defaultChild as CfnRestApi;
    resource.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
    resource.endpointAccessMode = EndpointAccessMode.BASIC;
  }

  #addMethods(place: Place, functions: Functions): void {
    const access =
      place.settings.access === 'open'
        ? {}
        : { authorizer: this.#createAuthorizer(place, functions), apiKeyRequired: true };
    for (const [id, { method, path }] of Object.entries(routes) as [RouteID, RouteDefinition][]) {
      const integration = new LambdaIntegration(functions.find(id).function, { allowTestInvoke: false });
      this.rest.root.resourceForPath(path).addMethod(method, integration, access);
    }
  }

  #createAuthorizer({ env, settings }: Place, functions: Functions): RequestAuthorizer {
    return new RequestAuthorizer(this, 'Authorizer', {
      authorizerName: `${env}-service-manager`,
      handler: functions.find('Authorize').function,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(settings.tokenCacheSeconds),
    });
  }
}
