import { readFileSync } from 'node:fs';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type MachineName, machineFullName, type Place } from '../place.ts';
import { substitutions } from '../wiring.ts';

/** A state machine from its file, allowed to call the functions of its tasks and nothing else. */
export class Machine extends Construct {
  constructor(scope: Construct, place: Place, machine: MachineName) {
    super(scope, machine);
    const functionArns = substitutions(place, machine);
    const invoke = new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: Object.values(functionArns),
    });
    new StateMachine(this, 'Machine', {
      stateMachineName: machineFullName(place, machine),
      definitionBody: DefinitionBody.fromString(readFileSync(definitionFile(machine), 'utf8')),
      definitionSubstitutions: { ...functionArns },
      role: new Role(this, 'Role', {
        assumedBy: new ServicePrincipal('states.amazonaws.com'),
        inlinePolicies: { tasks: new PolicyDocument({ statements: [invoke] }) },
      }),
    });
  }
}

function definitionFile(machine: MachineName): URL {
  return new URL(`../../statemachines/${machine}.asl.json`, import.meta.url);
}
