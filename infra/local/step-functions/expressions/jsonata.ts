import jsonata from 'jsonata';
import { ADDITIONS } from './functions.ts';

const MAX_MILLISECONDS = 1_000;
const MAX_DEPTH = 5_000;
const CACHE_SIZE = 10_000;
/** A name that no expression can spell, under which an evaluation's limits travel. */
const LIMITS = ' limits';
const ENTRY = Symbol.for('jsonata.__evaluate_entry');
const EXIT = Symbol.for('jsonata.__evaluate_exit');

interface Limits {
  readonly deadline: number;
  depth: number;
  steps: number;
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
  const limits: Limits = { deadline: Date.now() + MAX_MILLISECONDS, depth: 0, steps: 0 };
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

function enter(_node: unknown, _input: unknown, environment: Environment): void {
  const limits = environment.lookup(LIMITS);
  limits.depth += 1;
  limits.steps += 1;
  if (limits.depth > MAX_DEPTH) throw new Error('Stack overflow error: Check for non-terminating recursive function');
  // Reading the clock at every node would cost more than most nodes do.
  if (limits.steps % 64 === 0 && Date.now() > limits.deadline) {
    throw new Error('Expression evaluation timeout: Check for infinite loop');
  }
}

function leave(_node: unknown, _input: unknown, environment: Environment): void {
  environment.lookup(LIMITS).depth -= 1;
}
