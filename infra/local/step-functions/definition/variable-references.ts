/** Which variables each state reads: what DescribeStateMachine shows as `variableReferences`. */

import { containersOf } from './containers.ts';
import { analyseExpression } from './expression-analysis.ts';
import { isExpression } from './expression-string.ts';
import type { Language } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { languageOf } from './query-language.ts';

/** Names of states, each with the names of the variables it reads, sorted; states that read none are left out. */
export function findVariableReferences(machine: JsonObject): Record<string, string[]> {
  const references: Record<string, string[]> = {};
  const inherited = languageOf(machine, 'JSONPath');
  for (const { states } of containersOf(machine)) {
    for (const [name, state] of Object.entries(states)) {
      if (!isObject(state)) continue;
      const found = new Set(variablesIn(withoutContainers(state), '', languageOf(state, inherited)));
      if (found.size > 0) references[name] = [...found].sort();
    }
  }
  return references;
}

/** States within a state have entries of their own. */
function withoutContainers(state: JsonObject): JsonObject {
  const { Branches: _branches, ItemProcessor: _processor, Iterator: _iterator, ...own } = state;
  return own;
}

function variablesIn(value: unknown, field: string, language: Language): readonly string[] {
  if (typeof value === 'string') {
    return language === 'JSONata' ? variablesOfExpression(value) : variablesOfPath(value, field);
  }
  if (Array.isArray(value)) return value.flatMap(element => variablesIn(element, field, language));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => variablesIn(member, name, language));
}

function variablesOfExpression(text: string): readonly string[] {
  if (!isExpression(text) || !text.endsWith('%}')) return [];
  const found = analyseExpression(text.slice(2, -2));
  return found.kind === 'valid' ? found.variables : [];
}

/** A path or an intrinsic function in a field that is evaluated; text in quotes is no part of it. */
function variablesOfPath(text: string, field: string): readonly string[] {
  if (!/(\.\$|Path|^Variable)$/.test(field)) return [];
  const bare = text.replace(/'(?:[^'\\]|\\.)*'/g, '');
  return [...bare.matchAll(/(?<![\w$])\$(\p{ID_Start}\p{ID_Continue}*)/gu)].map(([, name]) => name ?? '');
}
