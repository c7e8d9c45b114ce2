/** A call such as `States.Format('{} of {}', $.a, 3)`, parsed. */
export type Term =
  | { readonly kind: 'call'; readonly name: string; readonly terms: readonly Term[] }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'constant'; readonly value: unknown };

const NAME = /States\.[A-Za-z0-9]+/y;
const STRING = /'((?:[^'\\]|\\[\s\S])*)'/y;
const CONSTANT = /(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const PATH_END = /[,)\s]/;

/** @throws Error when it is not well-formed */
export function parseIntrinsic(text: string): Term {
  let position = 0;
  const fail = () => new Error(`Invalid Intrinsic Function '${text}'`);
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found) position = pattern.lastIndex;
    return found;
  };
  const skip = () => match(/\s*/y);

  const term = (): Term => {
    skip();
    const name = match(NAME);
    if (name) return { kind: 'call', name: name[0], terms: list() };
    const string = match(STRING);
    if (string) return { kind: 'constant', value: withoutEscapes(string[1] ?? '') };
    const constant = match(CONSTANT);
    if (constant) return { kind: 'constant', value: JSON.parse(constant[0]) };
    if (text[position] === '$') return { kind: 'path', path: path() };
    throw fail();
  };
  const list = (): Term[] => {
    const terms: Term[] = [];
    if (text[position] !== '(') throw fail();
    position += 1;
    skip();
    while (text[position] !== ')') {
      terms.push(term());
      skip();
      if (text[position] === ',') position += 1;
      else if (text[position] !== ')') throw fail();
    }
    position += 1;
    return terms;
  };
  const path = (): string => {
    const start = position;
    let depth = 0;
    while (position < text.length) {
      const character = text[position] ?? '';
      if (depth === 0 && PATH_END.test(character)) break;
      if (character === '[' || character === '(') depth += 1;
      if (character === ']' || character === ')') depth -= 1;
      position += 1;
    }
    return text.slice(start, position);
  };

  const whole = term();
  skip();
  if (whole.kind !== 'call' || position < text.length) throw fail();
  return whole;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** `\'`, `\\` and the like; `\{` and `\}` stay for States.Format to see. */
const withoutEscapes = (text: string): string =>
  text.replace(/\\([\s\S])/g, (whole, character: string) =>
    character === '{' || character === '}' ? whole : (ESCAPES[character] ?? character),
  );
