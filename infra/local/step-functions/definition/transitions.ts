/** The graph of states: every target exists, the workflow can end, every state can be reached. */

import { type Container, containersOf } from './containers.ts';
import type { Report } from './diagnostic.ts';
import { isObject, type JsonObject } from './json.ts';

interface Transition {
  readonly to: string;
  readonly at: string;
}

export function checkTransitions(machine: JsonObject, report: Report): void {
  for (const container of containersOf(machine)) checkContainer(container, report);
}

function checkContainer(container: Container, report: Report): void {
  const { at, startAt, states } = container;
  if (typeof startAt !== 'string' || Object.keys(states).length === 0) return;
  const isKnown = (name: string) => Object.hasOwn(states, name);
  const outgoing = new Map(
    Object.entries(states).map(([name, state]) => [name, transitionsOf(state, `${at}/States/${name}`)]),
  );

  for (const { to, at: field } of [{ to: startAt, at: `${at}/StartAt` }, ...[...outgoing.values()].flat()]) {
    // AWS says 'Next' here whatever the field is called.
    if (!isKnown(to)) report.error('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${to}`, field);
  }
  // Only the machine itself needs an end: AWS accepts an endless branch.
  if (!container.parent && !Object.values(states).some(isTerminal)) {
    report.error('MISSING_END_STATE', 'Workflow has no terminal state');
    return;
  }
  const reached = reachableFrom(startAt, outgoing);
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      report.error('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${at}/States/${name}`);
    }
  }
}

function reachableFrom(start: string, outgoing: ReadonlyMap<string, readonly Transition[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [start];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const { to } of outgoing.get(name) ?? []) pending.push(to);
  }
  return reached;
}

function transitionsOf(state: unknown, at: string): readonly Transition[] {
  if (!isObject(state)) return [];
  const rules = ['Choices', 'Catch'].flatMap(field => {
    const list = state[field];
    return Array.isArray(list) ? list.map((rule, index) => ({ holder: rule, at: `${at}/${field}[${index}]` })) : [];
  });
  return [
    ...transitionIn(state, 'Next', at),
    ...rules.flatMap(({ holder, at }) => transitionIn(holder, 'Next', at)),
    ...transitionIn(state, 'Default', at),
  ];
}

function transitionIn(holder: unknown, field: string, at: string): readonly Transition[] {
  const to = isObject(holder) ? holder[field] : undefined;
  return typeof to === 'string' ? [{ to, at: `${at}/${field}` }] : [];
}

function isTerminal(state: unknown): boolean {
  return isObject(state) && (state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail');
}
