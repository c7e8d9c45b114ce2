import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Bundle, handlerName } from '../bundle.ts';
import type { WiredFunction } from '../wiring.ts';
import type { Environment } from './environments.ts';

/** One function with its own log group and role: what its needs say it gets, and it may write its log. */
export class WiredLambda extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, { logRetentionDays }: Environment, wired: WiredFunction, bundle: Bundle) {
    super(scope, wired.id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${wired.name}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not Lambda's managed policy, which lets a function write every log of the account.
    const logGrant = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { needs: new PolicyDocument({ statements: [logGrant, ...wired.grants].map(toStatement) }) },
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: wired.name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: handlerName,
      code: Code.fromAsset(bundle.folder),
      environment: wired.environment,
      timeout: Duration.seconds(wired.timeoutSeconds),
      memorySize: wired.memoryMB,
      logGroup,
      role,
    });
  }
}

function toStatement({ actions, resources }: { actions: readonly string[]; resources: readonly string[] }) {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}
