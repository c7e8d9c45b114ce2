import { parsePath, type Step } from './parse.ts';
import { indexIn, nameIn, select } from './select.ts';

/** What paths can start from. */
export interface Roots {
  /** `$` */
  readonly document: unknown;
  /** `$$` */
  readonly context: unknown;
  /** `$name` */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A path that leads nowhere; the message is the one of the library that AWS uses. */
export class PathNotFound extends Error {}

/**
 * Reads a path: the one value of a definite path, else the list of all that it leads to.
 * @throws PathNotFound, or Error for text that is no path
 */
export function readPath(text: string, roots: Roots): unknown {
  const { root, steps, definite } = parsePath(text);
  const start = rootOf(root, roots);
  return definite ? walk(start, steps) : select(start, steps);
}

function rootOf(root: string, { document, context, variables }: Roots): unknown {
  if (root === '$') return document;
  if (root === '$$') return context;
  if (root in variables) return variables[root];
  throw new PathNotFound(`No results for path: $['${root}']`);
}

function walk(start: unknown, steps: readonly Step[]): unknown {
  let value = start;
  let place = '$';
  for (const [index, step] of steps.entries()) {
    const [next, ...rest] = step.kind === 'name' ? nameIn(value, step.name) : indexIn(value, indexOf(step));
    place += step.kind === 'name' ? `['${step.name}']` : `[${indexOf(step)}]`;
    if (next === undefined && rest.length === 0) {
      const last = index === steps.length - 1;
      throw new PathNotFound(
        step.kind === 'name' && !last ? `Missing property in path ${place}` : `No results for path: ${place}`,
      );
    }
    value = next;
  }
  return value;
}

const indexOf = (step: Step): number => (step.kind === 'index' ? step.index : 0);

/**
 * The document with a value put at a definite path; what is missing on the way is made.
 * @throws Error when something on the way is no object
 */
export function writePath(document: unknown, text: string, value: unknown): unknown {
  return put(document, parsePath(text).steps, value);
}

function put(target: unknown, steps: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (!step) return value;
  if (step.kind === 'index' && Array.isArray(target) && step.index < target.length) {
    return target.with(step.index, put(target[step.index], rest, value));
  }
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  if (step.kind !== 'name' || !(isObject || target === undefined)) {
    throw new Error(`Unable to apply step "${step.kind === 'name' ? step.name : indexOf(step)}" to input`);
  }
  const object = Object(target ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [step.name]: put(object[step.name], rest, value) };
}
