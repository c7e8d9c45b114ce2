import { readFileSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type CfnStateMachine, DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type MachineName, machineFullName, type Place } from '../place.ts';
import type { Grant } from '../provisions.ts';
import { substitutions } from '../wiring.ts';
import type { Environment } from './environments.ts';
import { acknowledgeWildcard, toStatement, traceGrant } from './grants.ts';

/** What Step Functions needs to deliver a log; its log deliveries are of the account, and have no ARNs. */
const logDeliveryGrant: Grant = {
  actions: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  resources: ['*'],
};

/** Step Functions asks X-Ray itself how many executions to trace; for a function Lambda does. */
const samplingGrant: Grant = {
  actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets'],
  resources: ['*'],
};

/** A state machine from its file, allowed to call the functions of its tasks, and to write its log and its traces. */
export class Machine extends Construct {
  constructor(scope: Construct, environment: Environment, place: Place, machine: MachineName) {
    super(scope, machine);
    const name = machineFullName(place, machine);
    const functionArns = substitutions(place, machine);
    const invoke: Grant = { actions: ['lambda:InvokeFunction'], resources: Object.values(functionArns) };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: {
        tasks: new PolicyDocument({
          statements: [invoke, logDeliveryGrant, traceGrant, samplingGrant].map(toStatement),
        }),
      },
    });
    acknowledgeWildcard(role, 'X-Ray and the delivery of logs know no resources.');
    const resource = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      definitionBody: DefinitionBody.fromString(readFileSync(definitionFile(machine), 'utf8')),
      definitionSubstitutions: { ...functionArns },
      tracingEnabled: true,
      logs: { destination: this.#createLog(environment, name), level: LogLevel.ALL, includeExecutionData: false },
      // All that it may do stands above: the CDK would add the grants of log and tracing once more.
      role: role.withoutPolicyUpdates(),
    });
    // Its schema of state machines has numbers alone for TimeoutSeconds, where JSONata may stand too.
    (resource.node.defaultChild as CfnStateMachine).addMetadata('cfn-lint', { config: { ignore_checks: ['E3601'] } });
  }

  /** Under this name a log needs no policy of its own, of which an account has room for ten. */
  #createLog({ logRetentionDays }: Environment, name: string): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

function definitionFile(machine: MachineName): URL {
  return new URL(`../../statemachines/${machine}.asl.json`, import.meta.url);
}
