import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  CfnAccount,
  LogGroupLogDestination,
  type StageOptions,
} from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

/** What is noted of a request: no header, since one holds the token, and no body. */
const fields = {
  requestID: AccessLogField.contextRequestId(),
  /** Clients may choose the other one. */
  extendedRequestID: AccessLogField.contextExtendedRequestId(),
  time: AccessLogField.contextRequestTimeEpoch(),
  method: AccessLogField.contextHttpMethod(),
  route: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  milliseconds: AccessLogField.contextResponseLatency(),
  functionMilliseconds: AccessLogField.contextIntegrationLatency(),
  principal: AccessLogField.contextAuthorizerPrincipalId(),
  sourceIP: AccessLogField.contextIdentitySourceIp(),
  /** Of what API Gateway answered by itself, the kind of answer. */
  refusal: AccessLogField.contextErrorResponseType(),
  trace: AccessLogField.contextXrayTraceId(),
};

export function createAccessLog(scope: Construct, { name, logRetentionDays }: Environment): LogGroup {
  return new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/apigateway/${name}-service-manager`,
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** A line of JSON for each request. */
export function accessLogOptions(log: LogGroup): StageOptions {
  return {
    accessLogDestination: new LogGroupLogDestination(log),
    accessLogFormat: AccessLogFormat.custom(JSON.stringify(fields)),
  };
}

/** API Gateway names this group itself, and would make it without an end. */
export function createErrorLog(scope: Construct, { logRetentionDays }: Environment, stage: string): LogGroup {
  return new LogGroup(scope, 'ErrorLog', {
    logGroupName: `API-Gateway-Execution-Logs_${stage}`,
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/**
 * Lets API Gateway write logs at all. The setting is of the account and region, so an environment that is removed leaves it
 * to the others.
 */
export function letApisLog(scope: Construct, { isDisposable }: Environment): CfnAccount {
  const role = new Role(scope, 'LogRole', {
    description: 'Lets API Gateway write logs of all APIs of this account and region',
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
  });
  const account = new CfnAccount(scope, 'Account', { cloudWatchRoleArn: role.roleArn });
  const removal = isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
  role.applyRemovalPolicy(removal);
  account.applyRemovalPolicy(removal);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason: 'The policy that AWS requires here. API Gateway alone can use it, for the logs of any API of the account.',
  });
  return account;
}
