import { parseSteps, type Step } from './parse.ts';
import { select } from './select.ts';

type Operand = (item: unknown) => unknown;
type Predicate = (item: unknown) => boolean;

const TOKEN =
  /\s*(\(|\)|&&|\|\||==|!=|<=|>=|<|>|=~|!|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)*\/i?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|@(?:\.[A-Za-z0-9_*-]+|\[[^\]]*\])*)\s*/y;

/** The condition of `[?( … )]`, as a function of an item. @throws Error when it is not well-formed */
export function parseFilter(text: string): Predicate {
  const tokens = tokenise(text);
  let position = 0;
  const peek = () => tokens[position];
  const take = () => tokens[position++];
  const accept = (token: string): boolean => {
    if (peek() !== token) return false;
    position += 1;
    return true;
  };

  const either = (): Predicate => {
    const parts = [both()];
    while (accept('||')) parts.push(both());
    return item => parts.some(part => part(item));
  };
  const both = (): Predicate => {
    const parts = [unary()];
    while (accept('&&')) parts.push(unary());
    return item => parts.every(part => part(item));
  };
  const unary = (): Predicate => {
    if (accept('!')) {
      const inner = unary();
      return item => !inner(item);
    }
    if (accept('(')) {
      const inner = either();
      accept(')');
      return inner;
    }
    return comparison();
  };
  const comparison = (): Predicate => {
    const left = operandOf(take() ?? '');
    const operator = peek();
    const compare = operator === undefined ? undefined : COMPARISONS[operator];
    if (!compare) return item => left(item) !== undefined;
    position += 1;
    const right = operandOf(take() ?? '');
    return item => compare(left(item), right(item));
  };

  const predicate = either();
  if (position < tokens.length) throw new Error(`Invalid filter '${text}'`);
  return predicate;
}

const ordered = (compare: (left: never, right: never) => boolean) => (left: unknown, right: unknown) =>
  typeof left === typeof right &&
  (typeof left === 'number' || typeof left === 'string') &&
  compare(left as never, right as never);

const COMPARISONS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': ordered((left, right) => left < right),
  '<=': ordered((left, right) => left <= right),
  '>': ordered((left, right) => left > right),
  '>=': ordered((left, right) => left >= right),
  '=~': (left, right) => typeof left === 'string' && right instanceof RegExp && right.test(left),
};

function operandOf(token: string): Operand {
  if (token.startsWith('@')) {
    const steps: readonly Step[] = parseSteps(token.slice(1), token);
    return item => select(item, steps)[0];
  }
  const constant = constantOf(token);
  return () => constant;
}

function constantOf(token: string): unknown {
  if (token.startsWith('/')) {
    const end = token.lastIndexOf('/');
    return new RegExp(`^(?:${token.slice(1, end)})$`, token.slice(end + 1));
  }
  if (token.startsWith("'") || token.startsWith('"')) return token.slice(1, -1).replace(/\\(.)/g, '$1');
  return JSON.parse(token);
}

function tokenise(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`Invalid filter '${text}' at ${at}`);
    tokens.push(token);
  }
  return tokens;
}
