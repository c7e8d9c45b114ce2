/** The machine, its branches and its item processors: their own fields, and each of their states. */

import {
  type Check,
  checkFields,
  type Field,
  type FieldTable,
  fieldTable,
  requireFields,
  type Scope,
} from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { checkLanguage, languageOf } from './query-language.ts';
import { checkState } from './state.ts';
import { anything, integer, MOST_SECONDS, oneOf, text } from './values.ts';

const states: Check = (value, at, { report }) => {
  if (!isObject(value)) report.schema('Expected value of type [OBJECT]', at);
  else if (Object.keys(value).length === 0) report.schema('Value cannot be empty', at);
};

const processorConfig: Check = (value, at, scope) => {
  if (!isObject(value)) {
    scope.report.schema('Expected value of type [OBJECT]', at);
    return;
  }
  const isDistributed = value['Mode'] === 'DISTRIBUTED';
  if (isDistributed) requireFields(value, ['ExecutionType'], at, scope);
  checkFields(value, isDistributed ? DISTRIBUTED : INLINE, at, scope);
};

const INLINE = fieldTable({ Mode: oneOf('INLINE', 'DISTRIBUTED') });
const DISTRIBUTED: FieldTable = new Map<string, Field>([
  ...INLINE,
  ...fieldTable({ ExecutionType: oneOf('STANDARD', 'EXPRESS') }),
]);

const BRANCH = fieldTable({ Comment: text, StartAt: text, States: states });
const ITEM_PROCESSOR: FieldTable = new Map<string, Field>([
  ...BRANCH,
  ...fieldTable({ ProcessorConfig: processorConfig }),
]);
const MACHINE: FieldTable = new Map<string, Field>([
  ...BRANCH,
  ...fieldTable({ QueryLanguage: anything, TimeoutSeconds: integer(0, MOST_SECONDS), Version: oneOf('1.0') }),
]);

/** Checks the schema of a whole machine. States inherit its query language, never that of the state around them. */
export function checkMachine(machine: JsonObject, report: Scope['report']): void {
  const scope: Scope = { report, language: languageOf(machine, 'JSONPath') };
  checkLanguage(machine, '', scope);
  checkContainer(machine, MACHINE, '', scope);
}

function checkContainer(container: JsonObject, table: FieldTable, at: string, scope: Scope): void {
  requireFields(container, ['States', 'StartAt'], at, scope);
  checkFields(container, table, at, scope);
  if (!isObject(container['States'])) return;
  for (const [name, state] of Object.entries(container['States'])) {
    const stateAt = `${at}/States/${name}`;
    checkState(state, stateAt, scope);
    if (isObject(state)) checkNested(state, stateAt, scope);
  }
}

function checkNested(state: JsonObject, at: string, scope: Scope): void {
  if (state['Type'] === 'Parallel' && Array.isArray(state['Branches'])) {
    for (const [index, branch] of state['Branches'].entries()) {
      if (isObject(branch)) checkContainer(branch, BRANCH, `${at}/Branches[${index}]`, scope);
    }
  }
  for (const field of state['Type'] === 'Map' ? ['ItemProcessor', 'Iterator'] : []) {
    const processor = state[field];
    if (isObject(processor)) checkContainer(processor, ITEM_PROCESSOR, `${at}/${field}`, scope);
  }
}
