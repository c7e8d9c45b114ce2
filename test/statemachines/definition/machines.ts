/** Small definitions to find fault with. */

import { validateDefinition } from '../../../infra/local/step-functions/definition/validate.ts';

type Json = Readonly<Record<string, unknown>>;

/** `CODE: message @ location` of every diagnostic, for reading in a failed assertion. */
export function faultsOf(machine: Json | string): string[] {
  const definition = typeof machine === 'string' ? machine : JSON.stringify(machine);
  return validateDefinition(definition).map(({ code, message, location }) => `${code}: ${message} @ ${location}`);
}

export function jsonata(states: Json, fields: Json = {}): Json {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...fields };
}

export function jsonPath(states: Json, fields: Json = {}): Json {
  return { StartAt: Object.keys(states)[0], States: states, ...fields };
}

export const pass: Json = { Type: 'Pass', End: true };

export const invoke: Json = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work' },
  End: true,
};

export const branch: Json = { StartAt: 'Inner', States: { Inner: pass } };
