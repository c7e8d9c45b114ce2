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

function partition(array: readonly unknown[], size: number): unknown[][] {
  const step = Math.floor(size);
  if (step < 1) throw failure('D3137', 'The size of a partition must be a positive integer');
  return Array.from({ length: Math.ceil(array.length / step) }, (_, index) =>
    array.slice(index * step, (index + 1) * step),
  );
}

/** From `first` to `last`, both included, in steps of `by`: a sequence, so that one number stands for itself. */
function range(first: number, last: number, by: number): number[] {
  const [start, end, step] = [Math.floor(first), Math.floor(last), Math.floor(by)];
  if (step === 0) throw failure('D3137', 'The step of a range must not be zero');
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  const numbers = Array.from({ length }, (_, index) => start + index * step);
  return Object.defineProperty(numbers, 'sequence', { value: true });
}

function hash(text: string, algorithm: string): string {
  const name = HASHES[algorithm];
  if (!name) throw failure('D3137', `Invalid hash algorithm: ${algorithm}`);
  return createHash(name).update(text).digest('hex');
}

/** Between 0 and 1; the same for the same seed. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  return createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure('D3137', 'The argument of $parse is not well-formed JSON');
  }
}

export const ADDITIONS: readonly Addition[] = [
  ['partition', '<an:a>', partition],
  ['range', '<nnn:a>', range],
  ['hash', '<ss:s>', hash],
  ['random', '<n?:n>', random],
  ['uuid', '<:s>', randomUUID],
  ['parse', '<s:x>', parse],
];
