/** Checks for plain values. A number, text or time may also be an expression where the language is JSONata. */

import { checkExpressionString, isExpression } from './expression-string.ts';
import type { Check } from './fields.ts';
import { isObject } from './json.ts';

/** The largest number of seconds that a wait or a timeout may have. */
export const MOST_SECONDS = 99_999_999;

export const anything: Check = () => {};

export const text: Check = (value, at, { report }) => {
  if (typeof value !== 'string') report.schema('Expected value of type [STRING]', at);
};

export const flag: Check = (value, at, { report }) => {
  if (typeof value !== 'boolean') report.schema('Expected value of type [BOOLEAN]', at);
};

export const structure: Check = (value, at, { report }) => {
  if (!isObject(value)) report.schema('Expected value of type [OBJECT]', at);
};

/** A whole number within bounds, both inclusive. */
export function integer(least: number, most = Number.POSITIVE_INFINITY): Check {
  return (value, at, { report }) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) report.schema('Expected value of type Integer', at);
    else if (value < least) report.schema(`Minimum value is ${least}`, at);
    else if (value > most) report.schema(`Maximum value is ${most}`, at);
  };
}

/** A number within bounds, both inclusive; AWS names such bounds with a decimal point. */
export function decimal(least: number, most = Number.POSITIVE_INFINITY): Check {
  return (value, at, { report }) => {
    if (typeof value !== 'number') report.schema('Expected value of type Double', at);
    else if (value < least) report.schema(`Minimum value is ${least.toFixed(1)}`, at);
    else if (value > most) report.schema(`Maximum value is ${most.toFixed(1)}`, at);
  };
}

export function oneOf(...values: readonly string[]): Check {
  return (value, at, scope) => {
    if (typeof value !== 'string') text(value, at, scope);
    else if (!values.includes(value)) {
      scope.report.schema(`Value should be one of the following: [${values.join(', ')}]`, at);
    }
  };
}

/** An array, each element checked by itself at `at[index]`. */
export function listOf(check: Check, { mayBeEmpty }: { readonly mayBeEmpty: boolean }): Check {
  return (value, at, scope) => {
    if (!Array.isArray(value)) scope.report.schema('Expected value of type [ARRAY]', at);
    else if (value.length === 0 && !mayBeEmpty) scope.report.schema('Value cannot be empty', at);
    else for (const [index, element] of value.entries()) check(element, `${at}[${index}]`, scope);
  };
}

/** RFC 3339, with an upper-case T and a zone. */
export const timestamp: Check = (value, at, { report }) => {
  const isTimestamp =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value));
  if (!isTimestamp) report.schema('String does not match RFC3339 timestamp', at);
};

/** What `check` accepts, or a JSONata expression where that is the language. */
export function orExpression(check: Check): Check {
  return (value, at, scope) => {
    if (scope.language === 'JSONata' && isExpression(value)) checkExpressionString(value, at, scope);
    else check(value, at, scope);
  };
}
