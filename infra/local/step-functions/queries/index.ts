import type { Machine, State } from '../interpreter/definition.ts';
import { jsonPathQueries } from './json-path.ts';
import { jsonataQueries } from './jsonata.ts';
import type { Queries } from './queries.ts';

/** The query language of a state: its own, else its machine's, else JSONPath, as in AWS. */
export function queriesFor(state: State, machine: Machine): Queries {
  const language = state.QueryLanguage ?? machine.QueryLanguage ?? 'JSONPath';
  return language === 'JSONata' ? jsonataQueries : jsonPathQueries;
}
