/** JSONPath fields. The syntax is checked as far as it can go wrong before there is data. */

import type { Check } from './fields.ts';

/** A path, a variable or an intrinsic function; `null` stands for nothing where the field allows it. */
export const path: Check = (value, at, { report }) => {
  if (value === null) return;
  const isPath = typeof value === 'string' && (value.startsWith('$') || value.startsWith('States.'));
  if (!isPath) report.schema('Value must be a valid JSONPath.', at);
};

/** A path that can only name one node. */
export const referencePath: Check = (value, at, { report }) => {
  if (value === null) return;
  if (typeof value !== 'string') report.schema('Expected value of type [STRING]', at);
  else if (!value.startsWith('$')) {
    report.schema("Value is not a Reference Path: Reference path didn't start with '$'", at);
  } else if (/\*|\.\.|\?\(|,|\[[^\]]*:/.test(withoutQuoted(value))) {
    report.schema('Value is not a Reference Path', at);
  }
};

/** Names in quotes may hold what would be an operator outside of them. */
function withoutQuoted(value: string): string {
  return value.replace(/'[^']*'|"[^"]*"/g, '');
}
