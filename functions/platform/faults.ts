import type * as z from 'zod/mini';
import type { Fault } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** More than a person reads; a body can hold far more than an answer can. */
export const shownAtMost = 500;

/** Says every fault that a check found, in words, each with its path. */
export function toFaults(issues: readonly Issue[]): readonly Fault[] {
  return issues.flatMap(issue => explain(issue, [])).slice(0, shownAtMost);
}

function explain(issue: Issue, before: readonly PropertyKey[]): readonly Fault[] {
  const path = [...before, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({ path: writePath([...path, key]), message: 'is not a known field' }));
    case 'invalid_union':
      return explainUnion(issue, path);
    case 'invalid_key':
      return [{ path: writePath(path), message: issue.issues[0]?.message ?? 'is not a valid name' }];
    default:
      return [{ path: writePath(path), message: describe(issue) }];
  }
}

/** Of the alternatives, tells what is wrong with the one that was meant: the one whose own kind of value was given. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: readonly PropertyKey[]): readonly Fault[] {
  if (hasOwnWords(issue)) return [{ path: writePath(path), message: issue.message }];
  if (issue.input === undefined && issue.discriminator === undefined)
    return [{ path: writePath(path), message: 'is required' }];
  if ('options' in issue) return [{ path: writePath(path), message: `must be ${list(issue.options.map(String))}` }];
  const meant = issue.errors.find(alternative => !alternative.some(isOtherKind));
  return meant ? meant.flatMap(inner => explain(inner, path)) : [{ path: writePath(path), message: anyOf(issue) }];
}

/** `must be true or false, or an object`: what each of the alternatives takes. */
function anyOf({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const [first = 'is not valid', ...others] = new Set(errors.flat().filter(isOtherKind).map(describe));
  return [first, ...others.map(words => words.replace(/^must be /, ''))].join(', or ');
}

function isOtherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function describe(issue: Issue): string {
  if (hasOwnWords(issue)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : `must be ${list(issue.values.map(String))}`;
    case 'too_small':
      return bound(issue.origin, `at least ${issue.minimum}`, issue.inclusive ?? true, `more than ${issue.minimum}`);
    case 'too_big':
      return bound(issue.origin, `at most ${issue.maximum}`, issue.inclusive ?? true, `less than ${issue.maximum}`);
    default:
      return 'is not valid';
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function bound(origin: string, inclusive: string, isInclusive: boolean, exclusive: string): string {
  const limit = isInclusive ? inclusive : exclusive;
  if (origin === 'string') return `must have ${limit} characters`;
  if (origin === 'array' || origin === 'object' || origin === 'record') return `must have ${limit} entries`;
  return `must be ${limit}`;
}

function list(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

/** Zod's text for whatever nobody gave it words for. */
function hasOwnWords({ message }: Issue): boolean {
  return message !== 'Invalid input';
}

/** `body.deps[0]`; a key that is no plain word stands in quotes: `body["a b"]`. */
export function writePath(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (/^[\w-]+$/.test(name)) return at === 0 ? name : `.${name}`;
      return `[${JSON.stringify(name.slice(0, 100))}]`;
    })
    .join('');
}
