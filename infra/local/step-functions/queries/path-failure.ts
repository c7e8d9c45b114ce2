import { type FatalFailure, runtimeFailure } from '../interpreter/failure.ts';
import type { Visit } from '../interpreter/visit.ts';
import type { Roots } from '../json-path/read.ts';
import { entered } from './results.ts';

/** A path in a template, or in ErrorPath and CausePath, that leads nowhere. */
export function pathFailure(visit: Visit, path: string, field: string, roots: Roots): FatalFailure {
  const searched = path.startsWith('$$') ? roots.context : roots.document;
  return runtimeFailure(
    `${entered(visit)}The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(searched)}'`,
  );
}
