/** A `{% … %}` string: it must close, parse, and read nothing that is not there. */

import { analyseExpression } from './expression-analysis.ts';
import type { Scope } from './fields.ts';

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('{%');
}

export function checkExpressionString(value: string, at: string, scope: Scope): void {
  if (!value.endsWith('%}') || value.length < 4) {
    scope.report.schema('JSONata string must start with {% and end with %}', at);
    return;
  }
  const found = analyseExpression(value.slice(2, -2));
  if (found.kind === 'invalid') {
    scope.report.error('INVALID_JSONATA_EXPRESSION', found.message, at);
    return;
  }
  const refuse = (message: string) => scope.report.error('UNSUPPORTED_JSONATA_EXPRESSION', message, at);
  for (const name of found.topLevelReferences) refuse(`Reference to '${name}' at the top level is not supported.`);
  if (found.readsRoot) refuse("Reference to '$$' is not supported.");
  for (const name of found.statesFields) {
    if (name !== 'input' && name !== 'context' && name !== scope.sees) {
      refuse(`Field '$states.${name}' does not exist.`);
    }
  }
}
