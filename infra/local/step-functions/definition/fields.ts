/** Checking an object against a table of the fields it may have. */

import type { Report } from './diagnostic.ts';
import type { JsonObject } from './json.ts';

export type Language = 'JSONPath' | 'JSONata';

/** What surrounds a value that is being checked. */
export interface Scope {
  readonly report: Report;
  readonly language: Language;
  /** Set where the language itself was refused: fields of the other one are then not reported as well. */
  readonly mixed?: boolean;
  /** The field of `$states`, beside `input` and `context`, that an expression may read here. */
  readonly sees?: 'result' | 'errorOutput';
}

/** Looks at one value and reports what is wrong with it. `at` is where it stands. */
export type Check = (value: unknown, at: string, scope: Scope) => void;

export interface Field {
  readonly only?: Language;
  readonly check: Check;
}

export type FieldTable = ReadonlyMap<string, Field>;

/** A table from `{name: check}`: fields of both languages, then those of one. */
export function fieldTable(
  both: Readonly<Record<string, Check>>,
  jsonPath: Readonly<Record<string, Check>> = {},
  jsonata: Readonly<Record<string, Check>> = {},
): FieldTable {
  return new Map<string, Field>([
    ...Object.entries(both).map(([name, check]): [string, Field] => [name, { check }]),
    ...Object.entries(jsonPath).map(([name, check]): [string, Field] => [name, { only: 'JSONPath', check }]),
    ...Object.entries(jsonata).map(([name, check]): [string, Field] => [name, { only: 'JSONata', check }]),
  ]);
}

/** Checks every field that is there; reports those that the table, or the query language, does not know. */
export function checkFields(object: JsonObject, table: FieldTable, at: string, scope: Scope): void {
  for (const [name, value] of Object.entries(object)) {
    const field = table.get(name);
    if (!field) {
      scope.report.schema(`Field '${name}' is not supported`, at);
    } else if (field.only === undefined || field.only === scope.language) {
      field.check(value, `${at}/${name}`, scope);
    } else if (!scope.mixed) {
      scope.report.schema(
        `The QueryLanguage is set to '${scope.language}', but field '${name}' is only supported for the '${field.only}' QueryLanguage`,
        at,
      );
    }
  }
}

export function requireFields(object: JsonObject, names: readonly string[], at: string, { report }: Scope): void {
  const missing = names.filter(name => !Object.hasOwn(object, name));
  if (missing.length > 0) report.schema(`These fields are required: [${missing.join(', ')}]`, at);
}

export function allowOneOf(object: JsonObject, names: readonly string[], at: string, { report }: Scope): void {
  if (present(object, names) > 1) {
    report.schema(`There should only be one of the following fields: [${names.join(', ')}]`, at);
  }
}

export function requireOneOf(object: JsonObject, names: readonly string[], at: string, scope: Scope): void {
  allowOneOf(object, names, at, scope);
  if (present(object, names) === 0) {
    scope.report.schema(`This object should have only one of the following fields: [${names.join(', ')}]`, at);
  }
}

function present(object: JsonObject, names: readonly string[]): number {
  return names.filter(name => Object.hasOwn(object, name)).length;
}
