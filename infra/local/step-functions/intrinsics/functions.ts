import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { javaText } from './java-text.ts';

type Implementation = (...args: readonly unknown[]) => unknown;

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const MAX_RANGE = 1_000;

const listOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new Error('the argument must be an array');
};

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return Math.round(value);
  throw new Error('the argument must be a number');
};

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new Error('the argument must be a string');
};

function range(first: unknown, last: unknown, step: unknown): number[] {
  const [start, end, by] = [numberOf(first), numberOf(last), numberOf(step)];
  const length = by === 0 ? Number.NaN : Math.max(0, Math.floor((end - start) / by) + 1);
  if (!(length <= MAX_RANGE)) throw new Error('the range is not valid');
  return Array.from({ length }, (_, index) => start + index * by);
}

function partition(array: unknown, size: unknown): unknown[] {
  const [list, step] = [listOf(array), numberOf(size)];
  if (step < 1) throw new Error('the chunk size must be a positive number');
  return Array.from({ length: Math.ceil(list.length / step) }, (_, index) =>
    list.slice(index * step, (index + 1) * step),
  );
}

function format(template: unknown, ...args: readonly unknown[]): string {
  let next = 0;
  const text = textOf(template).replace(/\\([{}])|\{\}/g, (_, brace?: string) => {
    if (brace) return brace;
    if (next >= args.length) throw new Error('there are fewer arguments than {}');
    return javaText(args[next++]);
  });
  if (next < args.length) throw new Error('there are more arguments than {}');
  return text;
}

function split(text: unknown, separators: unknown): string[] {
  const characters = new Set(textOf(separators));
  const parts = [''];
  for (const character of textOf(text)) {
    if (characters.has(character)) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts.filter(part => part !== '');
}

function merge(first: unknown, second: unknown, deep: unknown): object {
  if (deep !== false) throw new Error('deep merging is not supported');
  return { ...Object(first), ...Object(second) };
}

function hash(value: unknown, algorithm: unknown): string {
  const name = HASHES[textOf(algorithm)];
  if (!name) throw new Error(`${algorithm} is not a hash algorithm`);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return createHash(name).update(text).digest('hex');
}

function random(first: unknown, last: unknown, seed?: unknown): number {
  const [start, end] = [numberOf(first), numberOf(last)];
  const fraction =
    seed === undefined ? Math.random() : createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
  return start + Math.floor(fraction * (end - start));
}

/** The intrinsic functions of JSONPath states, by name. They throw where AWS reports States.IntrinsicFailure. */
export const INTRINSICS: Readonly<Record<string, Implementation>> = {
  'States.Array': (...items) => items,
  'States.ArrayPartition': partition,
  'States.ArrayContains': (list, value) => listOf(list).some(item => isDeepStrictEqual(item, value)),
  'States.ArrayRange': range,
  'States.ArrayGetItem': (list, index) => listOf(list)[numberOf(index)] ?? null,
  'States.ArrayLength': list => listOf(list).length,
  'States.ArrayUnique': list =>
    listOf(list).filter((item, index, all) => all.findIndex(other => isDeepStrictEqual(other, item)) === index),
  'States.Base64Encode': text => Buffer.from(textOf(text)).toString('base64'),
  'States.Base64Decode': text => Buffer.from(textOf(text), 'base64').toString(),
  'States.Hash': hash,
  'States.JsonMerge': merge,
  'States.StringToJson': text => JSON.parse(textOf(text).trim() || 'null'),
  'States.JsonToString': value => JSON.stringify(value),
  'States.MathRandom': random,
  'States.MathAdd': (first, second) => numberOf(first) + numberOf(second),
  'States.StringSplit': split,
  'States.UUID': () => randomUUID(),
  'States.Format': format,
};
