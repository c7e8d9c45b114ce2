import { DataApiError } from './errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

type Kind = 'boolean' | 'long' | 'double' | 'string' | 'structure';

const MATCHES: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  boolean: value => typeof value === 'boolean',
  long: value =>
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && /^-?\d+$/.test(value),
  double: value => typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(Number(value) || 0)),
  string: value => typeof value === 'string',
  structure: value => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/**
 * Checks the members of a request. A member of the wrong type throws at once, as AWS refuses it while it reads;
 * what breaks a constraint is gathered and thrown by {@link Validator.finish} in one message.
 */
export class Validator {
  readonly #faults: string[] = [];

  required(input: Fields, name: string, min: number, max: number): string {
    const value = this.text(input, name, min, max);
    if (value === undefined) this.#add('null', name, 'Member must not be null');
    return value ?? '';
  }

  text(input: Fields, name: string, min = 0, max = Number.POSITIVE_INFINITY): string | undefined {
    const value = input[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.mismatch();
    if (value.length < min) {
      this.#add(`'${value}'`, name, `Member must have length greater than or equal to ${min}`);
    }
    if (value.length > max) {
      this.#add(`'${value.slice(0, 256)}'`, name, `Member must have length less than or equal to ${max}`);
    }
    return value;
  }

  flag(input: Fields, name: string): boolean {
    const value = input[name] ?? false;
    return typeof value === 'boolean' ? value : this.mismatch();
  }

  choice<const T extends string>(input: Fields, name: string, choices: readonly T[], path = ''): T | undefined {
    const value = this.text(input, name);
    if (value === undefined) return undefined;
    const choice = choices.find(one => one === value);
    if (!choice) this.#add(`'${value}'`, path + name, `Member must satisfy enum value set: [${choices.join(', ')}]`);
    return choice;
  }

  list(input: Fields, name: string): readonly unknown[] {
    const value = input[name] ?? [];
    return Array.isArray(value) ? value : this.mismatch();
  }

  structure(input: Fields, name: string): Fields | undefined {
    return input[name] === undefined || input[name] === null ? undefined : this.fields(input[name]);
  }

  fields(value: unknown): Fields {
    return MATCHES.structure(value) ? (value as Fields) : this.mismatch();
  }

  /** The one member of a union that is set, checked for its type. */
  member<K extends string>(input: Fields, kinds: Readonly<Record<K, Kind>>): K | undefined {
    const names = Object.keys(input).filter(name => input[name] !== null && input[name] !== undefined);
    const [name] = names;
    if (name === undefined) return undefined;
    if (names.length > 1 || !Object.hasOwn(kinds, name)) return this.mismatch();
    const kind = name as K;
    return MATCHES[kinds[kind]](input[kind]) ? kind : this.mismatch();
  }

  /** The same for a union of lists, whose elements may be null. */
  listMember<K extends string>(input: Fields, kinds: Readonly<Record<K, Kind>>): K {
    const names = Object.keys(input).filter(name => input[name] !== null && input[name] !== undefined);
    const [name] = names;
    if (name === undefined || names.length > 1 || !Object.hasOwn(kinds, name)) return this.mismatch();
    const kind = name as K;
    const matches = MATCHES[kinds[kind]];
    return this.list(input, kind).every(one => one === null || matches(one)) ? kind : this.mismatch();
  }

  mismatch(): never {
    throw new DataApiError('SerializationException', 'A member of the request has the wrong type');
  }

  finish(): void {
    const count = this.#faults.length;
    if (count === 0) return;
    const title = `${count} validation error${count > 1 ? 's' : ''} detected: `;
    throw new DataApiError('ValidationException', title + this.#faults.join('; '));
  }

  #add(value: string, path: string, constraint: string): void {
    this.#faults.push(`Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`);
  }
}
