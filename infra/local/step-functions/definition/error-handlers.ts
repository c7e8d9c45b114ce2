/** `Retry` and `Catch`. */

import { type Check, checkFields, type FieldTable, fieldTable, requireFields } from './fields.ts';
import { isObject } from './json.ts';
import { referencePath } from './paths.ts';
import { template } from './templates.ts';
import { decimal, integer, listOf, MOST_SECONDS, oneOf, text } from './values.ts';
import { assignment } from './variables.ts';

/** 366 days. */
const LONGEST_DELAY_SECONDS = 31_622_400;

const errorNames = listOf(text, { mayBeEmpty: false });

const RETRIER = fieldTable({
  Comment: text,
  ErrorEquals: errorNames,
  IntervalSeconds: integer(0, MOST_SECONDS),
  MaxAttempts: integer(0, MOST_SECONDS),
  BackoffRate: decimal(1),
  MaxDelaySeconds: integer(1, LONGEST_DELAY_SECONDS),
  JitterStrategy: oneOf('NONE', 'FULL'),
});

const CATCHER = fieldTable(
  { Comment: text, ErrorEquals: errorNames, Next: text, Assign: assignment },
  { ResultPath: referencePath },
  { Output: template },
);

export const retry: Check = handlers(RETRIER, ['ErrorEquals']);

const catchers: Check = handlers(CATCHER, ['ErrorEquals', 'Next']);

/** Expressions of a catcher may read `$states.errorOutput`. */
export const catchField: Check = (value, at, scope) => catchers(value, at, { ...scope, sees: 'errorOutput' });

function handlers(table: FieldTable, required: readonly string[]): Check {
  return (value, at, scope) => {
    listOf(
      (handler, handlerAt, scope) => {
        if (!isObject(handler)) {
          scope.report.schema('Expected value of type [OBJECT]', handlerAt);
          return;
        }
        requireFields(handler, required, handlerAt, scope);
        checkFields(handler, table, handlerAt, scope);
      },
      { mayBeEmpty: true },
    )(value, at, scope);
    if (Array.isArray(value)) checkCatchAll(value, at, scope);
  };
}

function checkCatchAll(handlers: readonly unknown[], at: string, { report }: Parameters<Check>[2]): void {
  for (const [index, handler] of handlers.entries()) {
    const names = isObject(handler) ? handler['ErrorEquals'] : undefined;
    if (!Array.isArray(names) || !names.includes('States.ALL')) continue;
    if (names.length > 1 || index < handlers.length - 1) {
      report.schema('States.ALL must appear alone and at end of list', `${at}[${index}]/ErrorEquals`);
    }
  }
}
