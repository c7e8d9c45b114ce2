import { machineNameOf } from '../arn.ts';
import { findVariableReferences, validateDefinition, type WorkflowType } from '../definition/validate.ts';
import type { Executions } from '../executions.ts';
import type { StateMachine, StateMachines } from '../machines.ts';
import { type PageRequest, page } from '../pages.ts';
import type { Operations } from './operation.ts';

interface MachineInput extends PageRequest {
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: WorkflowType;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

export function stateMachineOperations(machines: StateMachines, executions: Executions): Operations {
  return {
    CreateStateMachine({ name, definition, roleArn, type, tags = [] }: MachineInput) {
      const tagged = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
      const machine = machines.create({ name, definition, roleArn, ...(type && { type }), tags: tagged });
      return { stateMachineArn: machine.arn, creationDate: machine.creationDate / 1000 };
    },

    DescribeStateMachine: ({ stateMachineArn }: MachineInput) => {
      const machine = machines.require(stateMachineArn);
      return {
        stateMachineArn: machine.arn,
        status: 'ACTIVE',
        type: 'STANDARD',
        creationDate: machine.creationDate / 1000,
        ...(machine.revisionId && { revisionId: machine.revisionId }),
        ...describe(machine),
      };
    },

    UpdateStateMachine({ stateMachineArn, definition, roleArn }: Partial<MachineInput>) {
      const machine = machines.update(stateMachineArn ?? '', {
        ...(definition !== undefined && { definition }),
        ...(roleArn !== undefined && { roleArn }),
      });
      return { updateDate: machine.updateDate / 1000, ...(machine.revisionId && { revisionId: machine.revisionId }) };
    },

    DeleteStateMachine({ stateMachineArn }: MachineInput) {
      machines.delete(stateMachineArn);
      return {};
    },

    ListStateMachines(request: MachineInput) {
      const sorted = machines.all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const { items, ...rest } = page(sorted, request);
      const stateMachines = items.map(({ arn, name, creationDate }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: creationDate / 1000,
      }));
      return { stateMachines, ...rest };
    },

    async DescribeStateMachineForExecution({ executionArn }: MachineInput) {
      const { machineArn, definition, roleArn, startDate } = await executions.require(executionArn);
      return {
        stateMachineArn: machineArn,
        updateDate: startDate / 1000,
        ...describe({ name: machineNameOf(machineArn), definition, roleArn }),
      };
    },

    ValidateStateMachineDefinition({ definition, type }: MachineInput) {
      const diagnostics = validateDefinition(definition, type);
      const failed = diagnostics.some(({ severity }) => severity === 'ERROR');
      return { result: failed ? 'FAIL' : 'OK', diagnostics, truncated: false };
    },
  };
}

function describe({ name, definition, roleArn }: Pick<StateMachine, 'name' | 'definition' | 'roleArn'>) {
  const references = findVariableReferences(JSON.parse(definition));
  return {
    name,
    definition,
    roleArn,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    ...(Object.keys(references).length > 0 && { variableReferences: references }),
  };
}
