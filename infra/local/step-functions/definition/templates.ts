/** Values that may hold expressions at any depth: `Output`, `Arguments`, `Parameters`, … */

import { checkExpressionString, isExpression } from './expression-string.ts';
import type { Check, Scope } from './fields.ts';
import { isObject } from './json.ts';

/** JSON with `{% … %}` strings in it, or with `.$` fields, as the language has it. */
export const template: Check = (value, at, scope) => {
  if (scope.language === 'JSONata') checkJsonataTemplate(value, at, scope);
  else checkPayloadTemplate(value, at, scope);
};

/** The same, where the expressions may read `$states.result`. */
export const templateOfResult: Check = (value, at, scope) => template(value, at, { ...scope, sees: 'result' });

function checkJsonataTemplate(value: unknown, at: string, scope: Scope): void {
  if (isExpression(value)) {
    checkExpressionString(value, at, scope);
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) checkJsonataTemplate(element, `${at}[${index}]`, scope);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) checkJsonataTemplate(member, `${at}/${name}`, scope);
  }
}

/** AWS locates what is wrong in a payload template at the template, not at the field inside. */
function checkPayloadTemplate(value: unknown, at: string, scope: Scope): void {
  if (Array.isArray(value)) {
    for (const element of value) checkPayloadTemplate(element, at, scope);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) checkPayloadMember(name, member, at, scope);
  }
}

function checkPayloadMember(name: string, member: unknown, at: string, scope: Scope): void {
  if (name.endsWith('.$')) {
    if (typeof member !== 'string' || !(member.startsWith('$') || isIntrinsic(member))) {
      scope.report.schema(
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        at,
      );
    }
    return;
  }
  if (typeof member === 'string' && isDynamic(member)) {
    scope.report.warning(
      'NO_DOLLAR',
      `The value of '${name}' looks like a JSONPath or intrinsic function. Use '${name}.$' to evaluate it at runtime.`,
      at,
    );
  }
  checkPayloadTemplate(member, at, scope);
}

/** A call such as `States.Format('{}', $.a)`. In its texts a backslash escapes quotes, braces and itself, nothing else. */
function isIntrinsic(value: string): boolean {
  return /^States\.\w+\(.*\)$/s.test(value) && !/\\[^'{}\\]/.test(value.replaceAll('\\\\', ''));
}

/** Whether a string of a JSONPath state looks as if it were meant to be evaluated. */
export function isDynamic(value: string): boolean {
  return /^\$(\$?\.|\[|$)/.test(value) || /^States\.\w+\(.*\)$/s.test(value);
}
