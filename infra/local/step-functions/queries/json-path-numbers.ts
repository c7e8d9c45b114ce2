import { runtimeFailure } from '../interpreter/failure.ts';
import type { Visit } from '../interpreter/visit.ts';
import { entered } from './results.ts';

/** A number of a JSONPath state: the field itself, or what its `…Path` leads to. @throws States.Runtime */
export function numberAt(visit: Visit, field: string, read: (path: string) => unknown): number | undefined {
  const literal = visit.state[field];
  if (typeof literal === 'number') return literal;
  const path = visit.state[`${field}Path`];
  if (typeof path !== 'string') return undefined;
  return field === 'Seconds' ? secondsAt(visit, path, read) : valueAt(visit, field, path, read);
}

function secondsAt(visit: Visit, path: string, read: (path: string) => unknown): number {
  const fail = (what: string) => runtimeFailure(`${entered(visit)}The SecondsPath parameter ${what}`);
  let value: unknown;
  try {
    value = read(path);
  } catch {
    throw fail(`does not reference an input value: ${path}`);
  }
  if (!Number.isInteger(value)) throw fail(`cannot be parsed as a long value: ${path} == ${textOf(value)}`);
  if (Number(value) < 0) throw fail(`references a negative value: ${path} == ${value}`);
  return Number(value);
}

function valueAt(visit: Visit, field: string, path: string, read: (path: string) => unknown): number {
  const value = read(path);
  const isFloat = field === 'ToleratedFailurePercentage';
  // Text that spells a number counts as one.
  const number = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN;
  if (isFloat ? Number.isFinite(number) : Number.isInteger(number)) return number;
  throw runtimeFailure(
    `${entered(visit)}The ${field}Path field refers to value "${textOf(value)}" which is not a valid ${isFloat ? 'float' : 'integer'}: ${path}`,
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
