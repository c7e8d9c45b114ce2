import jsonata from 'jsonata';
import { type Definition, findReachable, listTransitions } from './definition.ts';

/** Names of a machine's variables that a value's expressions read. */
export function listVariables(value: unknown): readonly string[] {
  if (typeof value === 'string') return listVariablesOf(value);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(listVariables);
  return [];
}

function listVariablesOf(text: string): readonly string[] {
  const expression = /^\{%(.*)%\}$/s.exec(text)?.[1];
  if (expression === undefined) return [];
  const { read, bound } = visit(jsonata(expression).ast(), { read: new Set(), bound: new Set(['', '$', 'states']) });
  return [...read].filter(name => !bound.has(name));
}

interface Names {
  readonly read: Set<string>;
  readonly bound: Set<string>;
}

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [part: string]: unknown;
}

/** Names that a block or a lambda binds for itself count as bound everywhere, which our short expressions can bear. */
function visit(node: unknown, names: Names): Names {
  if (typeof node !== 'object' || node === null) return names;
  if (Array.isArray(node)) {
    for (const part of node) visit(part, names);
    return names;
  }
  const { type, value, ...parts } = node as Node;
  if (type === 'variable') names.read.add(String(value));
  if (type === 'bind') names.bound.add(String((parts['lhs'] as Node).value));
  if (type === 'lambda') for (const argument of parts['arguments'] as Node[]) names.bound.add(String(argument.value));
  // A function called by name is a built-in one: a machine's variables hold data.
  const { procedure, ...others } = parts;
  if (!(type === 'function' && (procedure as Node).type === 'variable')) visit(procedure, names);
  for (const part of Object.values(others)) visit(part, names);
  return names;
}

/**
 * The variables of each reachable state that are assigned on every way to it. A variable that is missing on one way ends
 * the execution when a state reads it.
 */
export function listAssigned(definition: Definition): ReadonlyMap<string, ReadonlySet<string>> {
  const reachable = findReachable(definition);
  const everything = Object.values(definition.States).flatMap(state =>
    listTransitions(state).flatMap(({ assigns }) => assigns),
  );
  const assigned = new Map([...reachable].map(name => [name, new Set(name === definition.StartAt ? [] : everything)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of reachable) {
      const state = definition.States[name];
      for (const { to, assigns } of state ? listTransitions(state) : []) {
        const target = assigned.get(to) ?? new Set();
        const missing = [...target].filter(
          variable => !assigned.get(name)?.has(variable) && !assigns.includes(variable),
        );
        for (const variable of missing) target.delete(variable);
        changed ||= missing.length > 0;
      }
    }
  }
  return assigned;
}
