/** Static validation of a state machine's definition, as CreateStateMachine and ValidateStateMachineDefinition do it. */

import { type Diagnostic, Report } from './diagnostic.ts';
import { checkExpress } from './express.ts';
import { type JsonObject, parseDefinition } from './json.ts';
import { checkMachine } from './machine.ts';
import { checkNames } from './names.ts';
import { checkTransitions } from './transitions.ts';
import { checkVariableScopes } from './variables.ts';

export { type Diagnostic, describeInvalidDefinition } from './diagnostic.ts';
export { findVariableReferences } from './variable-references.ts';

export type WorkflowType = 'STANDARD' | 'EXPRESS';

/** The most characters a definition may have. */
const LONGEST_DEFINITION = 1_048_576;

/**
 * Everything that is wrong with a definition in the Amazon States Language, errors and warnings mixed,
 * in the order they are found. Empty for a faultless one.
 */
export function validateDefinition(definition: string, type: WorkflowType = 'STANDARD'): Diagnostic[] {
  const report = new Report();
  if (definition.length > LONGEST_DEFINITION) {
    report.schema(`Definition exceeds the maximum length of ${LONGEST_DEFINITION} characters`, '');
    return report.diagnostics;
  }
  const machine = parseDefinition(definition, report);
  if (machine) validateMachine(machine, type, report);
  return report.diagnostics;
}

function validateMachine(machine: JsonObject, type: WorkflowType, report: Report): void {
  try {
    checkMachine(machine, report);
    if (type === 'EXPRESS') checkExpress(machine, report);
    checkNames(machine, report);
    checkVariableScopes(machine, report);
    checkTransitions(machine, report);
  } catch (error) {
    // A definition may nest deeper than a call stack can follow.
    if (!(error instanceof RangeError)) throw error;
    report.error('TOO_DEEPLY_NESTED', 'The states are too deeply nested.');
  }
}
