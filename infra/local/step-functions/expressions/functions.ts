import { createHash, randomUUID } from 'node:crypto';

/** What Step Functions adds to JSONata's own functions: name, JSONata signature, implementation. */
type Addition = readonly [name: string, signature: string, implementation: (...args: never[]) => unknown];

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** An error as JSONata's own functions throw it. */
const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** Arguments that are meant to be whole lose their fraction: -1.7 is -1. */
const whole = Math.trunc;

/** Chunks of `size`, the last one shorter. Nothing, not an empty array, where there is nothing to make a chunk of. */
function partition(array: readonly unknown[] | undefined, size?: number): unknown[][] | undefined {
  if (array === undefined || array.length === 0) return undefined;
  if (size === undefined) return [[...array]];
  const step = whole(size);
  if (step < 0) throw failure('D3137', 'Second argument must be zero or greater');
  if (step === 0) return undefined;
  return Array.from({ length: Math.ceil(array.length / step) }, (_, index) =>
    array.slice(index * step, (index + 1) * step),
  );
}

/** From `first` to `last`, both included, in steps of `by`: a sequence, so that one number stands for itself. */
function range(first: number, last: number, by?: number): number[] | undefined {
  const [start, end, step] = [whole(first), whole(last), whole(by ?? 0)];
  if (step === 0 || (end - start) * step < 0) return undefined;
  const numbers = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
  return Object.defineProperty(numbers, 'sequence', { value: true });
}

function hash(text: string | undefined, algorithm?: string): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = HASHES[algorithm];
  if (!name) throw failure('D3137', `Invalid hash algorithm: ${algorithm}`);
  return createHash(name).update(text).digest('hex');
}

/** Between 0 and 1; for the same seed the same as in AWS, which draws from Java's generator. */
function random(seed?: number): number {
  return seed === undefined ? Math.random() : drawAsJava(BigInt(whole(seed)));
}

/** The first `nextDouble()` of `java.util.Random`, a linear congruential generator of 48 bits. */
function drawAsJava(seed: bigint): number {
  const modulus = 1n << 48n;
  const multiplier = 0x5deece66dn;
  let state = BigInt.asUintN(48, seed ^ multiplier);
  const next = (bits: bigint): number => {
    state = (state * multiplier + 0xbn) % modulus;
    return Number(state >> (48n - bits));
  };
  return (next(26n) * 2 ** 27 + next(27n)) / 2 ** 53;
}

function parse(text?: string): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text, requireFinite);
  } catch {
    throw failure('D3137', 'Invalid JSON');
  }
}

function requireFinite(_key: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw new RangeError();
  return value;
}

export const ADDITIONS: readonly Addition[] = [
  ['partition', '<an?:a>', partition],
  ['range', '<nnn?:a>', range],
  ['hash', '<ss?:s>', hash],
  ['random', '<n?:n>', random],
  ['uuid', '<:s>', randomUUID],
  ['parse', '<s?:x>', parse],
];
