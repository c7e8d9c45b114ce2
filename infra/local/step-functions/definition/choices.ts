/** The rules of a Choice state. */

import {
  type Check,
  checkFields,
  type Field,
  type FieldTable,
  fieldTable,
  requireFields,
  type Scope,
} from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { referencePath } from './paths.ts';
import { template } from './templates.ts';
import { decimal, flag, listOf, orExpression, text, timestamp } from './values.ts';
import { assignment } from './variables.ts';

const ORDERS = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];
const anyNumber = decimal(Number.NEGATIVE_INFINITY);

/** Operators by name, each with the check of what it compares with. */
const OPERATORS: Readonly<Record<string, Check>> = {
  StringMatches: text,
  ...ordered('String', ORDERS, text),
  ...ordered('Numeric', ORDERS, anyNumber),
  ...ordered('Timestamp', ORDERS, timestamp),
  ...ordered('Boolean', ['Equals'], flag),
  ...Object.fromEntries(
    ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'].map(name => [name, flag]),
  ),
};

/** What a rule may be, one of: in JSONPath a comparison or a combination, in JSONata a condition. */
const SELECTORS = ['And', 'Or', 'Not', 'Variable', 'Condition'];

const nestedRules: Check = (value, at, scope) => listOf(nestedRule, { mayBeEmpty: false })(value, at, scope);

const comparison: Readonly<Record<string, Check>> = {
  Variable: referencePath,
  And: nestedRules,
  Or: nestedRules,
  Not: (value, at, scope) => nestedRule(value, at, scope),
  ...OPERATORS,
};

const NESTED_RULE: FieldTable = fieldTable({ Comment: text }, comparison);

const RULE: FieldTable = new Map<string, Field>([
  ...NESTED_RULE,
  ...fieldTable({ Next: text, Assign: assignment }, {}, { Condition: orExpression(flag), Output: template }),
]);

/** The field `Choices`. */
export const choices: Check = listOf(
  (value, at, scope) => {
    if (!isRule(value, at, scope)) return;
    requireFields(value, ['Next'], at, scope);
    checkRule(value, RULE, at, scope);
  },
  { mayBeEmpty: false },
);

/** A rule within And, Or or Not. Only the outermost one has a Next. */
function nestedRule(value: unknown, at: string, scope: Scope): void {
  if (isRule(value, at, scope)) checkRule(value, NESTED_RULE, at, scope);
}

function isRule(value: unknown, at: string, { report }: Scope): value is JsonObject {
  if (isObject(value)) return true;
  report.schema('Expected value of type [OBJECT]', at);
  return false;
}

function checkRule(rule: JsonObject, table: FieldTable, at: string, scope: Scope): void {
  checkFields(rule, table, at, scope);
  if (SELECTORS.filter(name => Object.hasOwn(rule, name)).length !== 1) {
    scope.report.schema(`The object must have only one of the following fields, [${SELECTORS.join(', ')}]`, at);
  } else if (Object.hasOwn(rule, 'Variable') && scope.language === 'JSONPath') {
    const operators = Object.keys(rule).filter(name => Object.hasOwn(OPERATORS, name));
    const fault = operators.length === 0 ? 'This object should have only one' : 'There should only be one';
    if (operators.length !== 1) {
      scope.report.schema(`${fault} of the following fields: [${Object.keys(OPERATORS).join(', ')}]`, at);
    }
  }
}

function ordered(type: string, orders: readonly string[], check: Check): Record<string, Check> {
  return Object.fromEntries(
    orders.flatMap(order => [
      [`${type}${order}`, check],
      [`${type}${order}Path`, referencePath],
    ]),
  );
}
