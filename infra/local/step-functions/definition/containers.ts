/** Everything that has `StartAt` and `States`: the machine, branches of Parallel, item processors of Map. */

import { isObject, type JsonObject } from './json.ts';

export interface Container {
  /** Where it stands: empty for the machine itself. */
  readonly at: string;
  readonly startAt: unknown;
  readonly states: JsonObject;
  /** The container around it, and the name of the state there that holds it. */
  readonly parent?: { readonly container: Container; readonly state: string };
  readonly isDistributed: boolean;
}

/** The machine and all that is nested in it, the outer ones first. */
export function* containersOf(machine: JsonObject, at = '', parent?: Container['parent']): Generator<Container> {
  if (!isObject(machine['States'])) return;
  const config = machine['ProcessorConfig'];
  const container: Container = {
    at,
    startAt: machine['StartAt'],
    states: machine['States'],
    isDistributed: isObject(config) && config['Mode'] === 'DISTRIBUTED',
    ...(parent ? { parent } : {}),
  };
  yield container;
  for (const [name, state] of Object.entries(container.states)) {
    if (!isObject(state)) continue;
    for (const [inner, innerAt] of nestedIn(state, `${at}/States/${name}`)) {
      yield* containersOf(inner, innerAt, { container, state: name });
    }
  }
}

function nestedIn(state: JsonObject, at: string): readonly [JsonObject, string][] {
  const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
  const candidates: readonly [unknown, string][] = [
    ...branches.map((branch, index): [unknown, string] => [branch, `${at}/Branches[${index}]`]),
    ...['ItemProcessor', 'Iterator'].map((field): [unknown, string] => [state[field], `${at}/${field}`]),
  ];
  return candidates.filter((candidate): candidate is [JsonObject, string] => isObject(candidate[0]));
}
