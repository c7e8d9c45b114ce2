import { parseFilter } from './filter.ts';

/** One step of a path. A definite path has only `name` and `index`, and one result. */
export type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined; readonly by: number }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'filter'; readonly holds: (item: unknown) => boolean };

export interface Path {
  /** `$$`: the context object; `$`: the document; else the name of a variable. */
  readonly root: string;
  readonly steps: readonly Step[];
  readonly definite: boolean;
}

const ROOT = /^\$(\$|[A-Za-z_][A-Za-z0-9_]*)?/;
const NAME = /^[^.[\]()'"\s,]+/;
const SLICE = /^(-?\d*):(-?\d*)(?::(-?\d+))?$/;

const cache = new Map<string, Path>();

/** @throws Error for text that is no JSONPath */
export function parsePath(text: string): Path {
  const known = cache.get(text);
  if (known) return known;
  const [root] = ROOT.exec(text) ?? [];
  if (root === undefined) throw new Error(`Invalid path '${text}'`);
  const steps = parseSteps(text.slice(root.length), text);
  const definite = steps.every(({ kind }) => kind === 'name' || kind === 'index');
  const path = { root: root === '$$' || root === '$' ? root : root.slice(1), steps, definite };
  cache.set(text, path);
  return path;
}

/** @param rest what follows the root @param path the whole, for the error */
export function parseSteps(rest: string, path: string): Step[] {
  const steps: Step[] = [];
  let position = 0;
  const fail = () => new Error(`Invalid path '${path}'`);
  while (position < rest.length) {
    if (rest.startsWith('..', position)) {
      steps.push({ kind: 'descendants' });
      position += rest[position + 2] === '[' ? 2 : 1;
    } else if (rest.startsWith('.*', position)) {
      steps.push({ kind: 'wildcard' });
      position += 2;
    } else if (rest[position] === '.') {
      const [name] = NAME.exec(rest.slice(position + 1)) ?? [];
      if (name === undefined) throw fail();
      steps.push({ kind: 'name', name });
      position += 1 + name.length;
    } else if (rest[position] === '[') {
      const end = closingBracket(rest, position);
      if (end < 0) throw fail();
      steps.push(parseBracket(rest.slice(position + 1, end).trim(), fail));
      position = end + 1;
    } else throw fail();
  }
  return steps;
}

function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let index = start; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (quote) {
      if (character === '\\') index += 1;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '[') depth += 1;
    else if (character === ']') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return -1;
}

function parseBracket(inner: string, fail: () => Error): Step {
  if (inner === '*') return { kind: 'wildcard' };
  if (inner.startsWith('?(') && inner.endsWith(')')) return { kind: 'filter', holds: parseFilter(inner.slice(2, -1)) };
  const slice = SLICE.exec(inner);
  if (slice) {
    const [, from, to, by] = slice;
    const bound = (text: string | undefined) => (text ? Number(text) : undefined);
    return { kind: 'slice', from: bound(from), to: bound(to), by: Number(by ?? 1) };
  }
  if (/^-?\d+$/.test(inner)) return { kind: 'index', index: Number(inner) };
  if (/^-?\d+(\s*,\s*-?\d+)+$/.test(inner)) return { kind: 'indices', indices: inner.split(',').map(Number) };
  const names = [...inner.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(([, single, double]) =>
    (single ?? double ?? '').replace(/\\(['\\])/g, '$1'),
  );
  const [name] = names;
  if (name === undefined) throw fail();
  return names.length > 1 ? { kind: 'names', names } : { kind: 'name', name };
}
