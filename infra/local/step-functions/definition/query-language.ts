/** Which query language a machine or a state is written in. */

import type { Language, Scope } from './fields.ts';
import type { JsonObject } from './json.ts';
import { oneOf } from './values.ts';

/**
 * What `QueryLanguage` resolves to. Only its exact name means JSONPath: anything else that is there
 * counts as JSONata, also when `checkLanguage` reports it.
 */
export function languageOf(holder: JsonObject, inherited: Language): Language {
  if (!Object.hasOwn(holder, 'QueryLanguage')) return inherited;
  return holder['QueryLanguage'] === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

export function checkLanguage(holder: JsonObject, at: string, scope: Scope): void {
  if (!Object.hasOwn(holder, 'QueryLanguage')) return;
  oneOf('JSONPath', 'JSONata')(holder['QueryLanguage'], `${at}/QueryLanguage`, scope);
}
