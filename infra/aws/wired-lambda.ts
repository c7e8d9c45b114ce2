import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Bundle, handlerName } from '../bundle.ts';
import type { FunctionID, FunctionKind, WiredFunction } from '../wiring.ts';
import type { Environment, PrometheusNetwork } from './environments.ts';
import { acknowledgeWildcard, toStatement, traceGrant } from './grants.ts';
import { joinNetwork, networkGrant } from './network.ts';

/** One function with its own log group and role: what its needs say it gets, and it may write its log and its traces. */
export class WiredLambda extends Construct {
  readonly id: FunctionID;
  readonly kind: FunctionKind;
  readonly function: LambdaFunction;
  readonly log: LogGroup;

  constructor(scope: Construct, environment: Environment, wired: WiredFunction, bundle: Bundle) {
    super(scope, wired.id);
    this.id = wired.id;
    this.kind = wired.kind;
    this.log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${wired.name}`,
      retention: environment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not Lambda's managed policy, which lets a function write every log of the account.
    const logGrant = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.log.logGroupArn] };
    const network = findNetwork(environment, wired.id);
    const networkGrants = network ? [networkGrant] : [];
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        needs: new PolicyDocument({
          statements: [logGrant, traceGrant, ...networkGrants, ...wired.grants].map(toStatement),
        }),
      },
    });
    acknowledgeWildcard(role, 'X-Ray knows no resources, and Lambda asks for the network as such.');
    this.function = new LambdaFunction(this, 'Function', {
      functionName: wired.name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: handlerName,
      code: Code.fromAsset(bundle.folder),
      environment: wired.environment,
      timeout: Duration.seconds(wired.timeoutSeconds),
      memorySize: wired.memoryMB,
      tracing: Tracing.ACTIVE,
      logGroup: this.log,
      // All that it may do stands above: the CDK would add the grant of tracing once more.
      role: role.withoutPolicyUpdates(),
      ...reserveConcurrency(environment, wired.id),
    });
    if (network) joinNetwork(this.function, network);
  }
}

/** One function is in a network, and it is not ours. */
function findNetwork({ prometheus }: Environment, id: FunctionID): PrometheusNetwork | undefined {
  return id === 'QueryPrometheus' && prometheus?.kind === 'inVpc' ? prometheus.network : undefined;
}

function reserveConcurrency({ reservedConcurrency }: Environment, id: FunctionID) {
  const calls = (reservedConcurrency as Partial<Record<FunctionID, number>>)[id];
  return calls === undefined ? {} : { reservedConcurrentExecutions: calls };
}
