import { StateFailure } from '../interpreter/failure.ts';
import type { Visit } from '../interpreter/visit.ts';
import { evaluateIntrinsic } from '../intrinsics/evaluate.ts';
import { PathNotFound, type Roots, readPath } from '../json-path/read.ts';
import { pathFailure } from './path-failure.ts';
import { entered } from './results.ts';

/** Fills a payload template: the values of keys that end in `.$` are paths or intrinsic functions. */
export function fillPayload(visit: Visit, template: unknown, roots: Roots): unknown {
  if (Array.isArray(template)) return template.map(item => fillPayload(visit, item, roots));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), queryValue(visit, String(value), key, roots)]
        : [key, fillPayload(visit, value, roots)],
    ),
  );
}

/** @throws States.Runtime for a path that leads nowhere, States.IntrinsicFailure for a call that fails */
export function queryValue(visit: Visit, query: string, field: string, roots: Roots): unknown {
  try {
    return query.startsWith('$') ? readPath(query, roots) : evaluateIntrinsic(query, roots);
  } catch (error) {
    if (error instanceof PathNotFound) throw pathFailure(visit, query, field, roots);
    const reason = error instanceof Error ? error.message : String(error);
    throw new StateFailure(
      'States.IntrinsicFailure',
      `${entered(visit)}The function '${query}' had the following error: ${reason}`,
    );
  }
}
