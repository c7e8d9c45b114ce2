import jsonata from 'jsonata';
import { ADDITIONS } from './functions.ts';

const MAX_MILLISECONDS = 1_000;
/** Evaluations within evaluations: a sum of 101 terms is one too many. */
const MAX_DEPTH = 100;
/** Elements of an array; and characters of a text, at eight bytes an element. */
const MAX_ELEMENTS = 873_782;
const MAX_CHARACTERS = MAX_ELEMENTS * 8;
const CACHE_SIZE = 10_000;
/** A name that no expression can spell, under which an evaluation's limits travel. */
const LIMITS = ' limits';
const ENTRY = Symbol.for('jsonata.__evaluate_entry');
const EXIT = Symbol.for('jsonata.__evaluate_exit');

interface Limits {
  readonly deadline: number;
  depth: number;
  /** How deep is too deep: more while siblings are evaluated at the same time, for they add up. */
  ceiling: number;
  steps: number;
}

/** The part of a syntax node that says how much of it is evaluated at the same time. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly expressions?: readonly unknown[];
  readonly lhs?: readonly unknown[];
  readonly group?: unknown;
}

/** The part of jsonata's evaluation frame that the limits need; its own types do not name it. */
interface Environment {
  lookup(name: string): Limits;
}

interface Hooks {
  assign(name: symbol | string, value: unknown): void;
}

const compiled = new Map<string, jsonata.Expression>();

/**
 * Evaluates a JSONata expression as Step Functions does: with its extra functions, without `$eval`, at most a second.
 * @param bindings what `$name` means, inherited properties included
 * @returns the result as JSON values, or undefined when there is none
 * @throws {code?, message} as jsonata does
 */
export async function evaluate(expression: string, bindings: Record<string, unknown>): Promise<unknown> {
  const limits: Limits = { deadline: Date.now() + MAX_MILLISECONDS, depth: 0, ceiling: MAX_DEPTH, steps: 0 };
  return compile(expression).evaluate(undefined, Object.assign(Object.create(bindings), { [LIMITS]: limits }));
}

function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known) return known;
  const expression = jsonata(source);
  for (const [name, signature, implementation] of ADDITIONS) {
    expression.registerFunction(name, implementation as (...args: unknown[]) => unknown, signature);
  }
  const hooks: Hooks = expression;
  hooks.assign('eval', undefined);
  hooks.assign(ENTRY, enter);
  hooks.assign(EXIT, leave);
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

function enter(node: Node, _input: unknown, environment: Environment): void {
  const limits = environment.lookup(LIMITS);
  limits.depth += 1;
  limits.ceiling += roomForSiblings(node);
  limits.steps += 1;
  if (limits.depth > limits.ceiling) {
    throw new Error(
      'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
    );
  }
  // Reading the clock at every node would cost more than most nodes do.
  if (limits.steps % 64 === 0 && Date.now() > limits.deadline) {
    throw new Error('Expression evaluation timeout: Check for infinite loop');
  }
}

function leave(node: Node, _input: unknown, environment: Environment, result: unknown): void {
  const limits = environment.lookup(LIMITS);
  limits.depth -= 1;
  limits.ceiling -= roomForSiblings(node);
  const isTooLarge =
    typeof result === 'string' ? result.length > MAX_CHARACTERS : Array.isArray(result) && result.length > MAX_ELEMENTS;
  if (isTooLarge) {
    throw new Error('Expression evaluation memory limit exceeded: Check for excessive memory usage');
  }
}

/** The elements of `[…]` and `{…}` are evaluated at once; of a grouping nobody knows yet how many there will be. */
function roomForSiblings({ type, value, expressions, lhs, group }: Node): number {
  if (group !== undefined) return MAX_ELEMENTS * MAX_DEPTH;
  if (type !== 'unary') return 0;
  const siblings = (value === '[' ? expressions : value === '{' ? lhs : undefined) ?? [];
  return Math.max(0, siblings.length - 1) * MAX_DEPTH;
}
