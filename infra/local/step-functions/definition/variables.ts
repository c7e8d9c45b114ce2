/** `Assign`: which names it may give, and that an inner scope does not take a name of an outer one. */

import { type Container, containersOf } from './containers.ts';
import type { Report } from './diagnostic.ts';
import type { Check } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { template } from './templates.ts';

/** The most characters in a variable's name. */
const LONGEST_NAME = 80;

export const assignment: Check = (value, at, scope) => {
  if (!isObject(value)) {
    scope.report.schema('Expected value of type [OBJECT]', at);
    return;
  }
  for (const field of Object.keys(value))
    checkName(variableName(field, scope.language), `${at}/${field}`, scope.report);
  template(value, at, scope);
};

/** The same, where the expressions may read `$states.result`. */
export const assignmentOfResult: Check = (value, at, scope) => assignment(value, at, { ...scope, sees: 'result' });

/** In JSONPath a field `name.$` assigns what its path selects to `name`. */
function variableName(field: string, language: 'JSONPath' | 'JSONata'): string {
  return language === 'JSONPath' ? field.replace(/\.\$$/, '') : field;
}

function checkName(name: string, at: string, report: Report): void {
  if (name === 'states') {
    report.error('RESERVED_VARIABLE_NAME', "Cannot assign to reserved variable '$states'.", at);
  } else if (!/^\p{ID_Start}\p{ID_Continue}*$/u.test(name)) {
    const message = `Invalid variable name '${name}': the variable name contains invalid characters.`;
    report.error('INVALID_VARIABLE_NAME', message, at);
  } else if (name.length > LONGEST_NAME) {
    const message = `Invalid variable name '${name}': the variable name exceeds the ${LONGEST_NAME}-character limit.`;
    report.error('INVALID_VARIABLE_NAME', message, at);
  }
}

/** Reports variables of a branch or an item processor that are named like one of a scope around it. */
export function checkVariableScopes(machine: JsonObject, report: Report): void {
  for (const container of containersOf(machine)) {
    const outer = outerNames(container);
    for (const { name, at } of Object.entries(container.states).flatMap(([state, value]) =>
      assignmentsOf(value, `${container.at}/States/${state}`),
    )) {
      if (outer.has(name)) {
        const message = `The variable name '${name}' was already defined in a parent scope.`;
        report.error('DUPLICATE_VARIABLE_NAME', message, at);
      }
    }
  }
}

/**
 * The variables that a container sees of the scopes around it: none in a distributed map, and not
 * those of the very state that holds it, which assigns after it has run.
 */
function outerNames({ parent, isDistributed }: Container): ReadonlySet<string> {
  if (!parent || isDistributed) return new Set();
  const siblings = Object.entries(parent.container.states).filter(([name]) => name !== parent.state);
  const names = siblings.flatMap(([, state]) => assignmentsOf(state, '').map(({ name }) => name));
  return new Set([...outerNames(parent.container), ...names]);
}

/** What a state assigns: itself, in its catchers, or in its choice rules. */
function assignmentsOf(state: unknown, at: string): readonly { name: string; at: string }[] {
  if (!isObject(state)) return [];
  const rules = ['Catch', 'Choices'].flatMap(field => {
    const list: readonly unknown[] = Array.isArray(state[field]) ? state[field] : [];
    return list.map((rule, index) => ({ holder: rule, at: `${at}/${field}[${index}]` }));
  });
  return [{ holder: state as unknown, at }, ...rules].flatMap(({ holder, at }) => {
    const assigned = isObject(holder) && isObject(holder['Assign']) ? Object.keys(holder['Assign']) : [];
    return assigned.map(field => ({ name: field.replace(/\.\$$/, ''), at: `${at}/Assign/${field}` }));
  });
}
