import type { ChoiceRule } from '../interpreter/definition.ts';

/** Reads a path of the rule; undefined where it leads nowhere. */
export type ReadVariable = (path: string) => unknown;

type Compare = (left: never, right: never) => boolean;

/** A comparison of values of one kind: how to recognise them, and how to compare what they are turned into. */
interface Kind {
  readonly prefix: string;
  readonly read: (value: unknown) => number | string | boolean | undefined;
}

const KINDS: readonly Kind[] = [
  { prefix: 'String', read: value => (typeof value === 'string' ? value : undefined) },
  { prefix: 'Numeric', read: value => (typeof value === 'number' ? value : undefined) },
  { prefix: 'Boolean', read: value => (typeof value === 'boolean' ? value : undefined) },
  { prefix: 'Timestamp', read: timeOf },
];

const OPERATORS: Readonly<Record<string, Compare>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThan: (left, right) => left > right,
  GreaterThanEquals: (left, right) => left >= right,
};

const TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  IsNull: value => value === null,
  IsNumeric: value => typeof value === 'number',
  IsString: value => typeof value === 'string',
  IsBoolean: value => typeof value === 'boolean',
  IsTimestamp: value => timeOf(value) !== undefined,
};

const STRUCTURE = new Set(['Variable', 'Next', 'Assign', 'Output', 'Comment']);
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Whether a rule of a JSONPath Choice holds.
 * @param read throws for a path that leads nowhere
 * @param isPresent whether a path leads somewhere
 */
export function holds(rule: ChoiceRule, read: ReadVariable, isPresent: (path: string) => boolean): boolean {
  if (rule.And) return rule.And.every(each => holds(each, read, isPresent));
  if (rule.Or) return rule.Or.some(each => holds(each, read, isPresent));
  if (rule.Not) return !holds(rule.Not, read, isPresent);
  const [operator = '', operand] = Object.entries(rule).find(([key]) => !STRUCTURE.has(key)) ?? [];
  const path = String(rule.Variable);
  if (operator === 'IsPresent') return isPresent(path) === operand;
  const variable = read(path);
  const test = TESTS[operator];
  if (test) return test(variable) === operand;
  if (operator === 'StringMatches') return typeof variable === 'string' && patternOf(String(operand)).test(variable);
  return operator.endsWith('Path')
    ? compare(operator.slice(0, -'Path'.length), variable, read(String(operand)))
    : compare(operator, variable, operand);
}

function compare(operator: string, variable: unknown, operand: unknown): boolean {
  const kind = KINDS.find(({ prefix }) => operator.startsWith(prefix));
  const operation = kind && OPERATORS[operator.slice(kind.prefix.length)];
  if (!kind || !operation) return false;
  const [left, right] = [kind.read(variable), kind.read(operand)];
  // Values of different kinds are never equal, less or greater.
  return left !== undefined && right !== undefined && operation(left as never, right as never);
}

function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** `*` stands for any characters, `\*` for itself. */
function patternOf(text: string): RegExp {
  const source = text.replace(/\\[\s\S]|[\s\S]/g, part => {
    if (part === '*') return '[\\s\\S]*';
    return (part.at(-1) ?? '').replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
  });
  return new RegExp(`^${source}$`);
}
