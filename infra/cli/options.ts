import { parseArgs } from 'node:util';

/** An option of a command. Without `value` it is a switch. */
export type OptionSpec = {
  /** What stands for its value in the help text, such as `URL`. */
  readonly value?: string;
  readonly help: string;
  readonly isMany?: boolean;
  readonly isRequired?: boolean;
  /** What is wrong with a value, if anything. */
  check?(value: string): string | undefined;
};

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A command line that fits its command. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value of an option; the last one where it was given more than once. */
  one(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The positional argument at `index`, which the command declared. */
  positional(index: number): string {
    return this.positionals[index] ?? '';
  }
}

/** Reads a command line and finds every fault in it, not only the first. */
export function parseArguments(
  argv: readonly string[],
  positionals: readonly string[],
  specs: OptionSpecs,
): { readonly args: Arguments; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const given: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokenize(argv, specs)) {
    if (token.kind === 'positional') given.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    const fault = spec ? findOptionFault(token, spec) : `unknown option ${token.rawName}`;
    if (fault !== undefined) faults.push(fault);
    values.set(token.name, [...(values.get(token.name) ?? []), token.value ?? '']);
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.isRequired && !values.has(name)) faults.push(`--${name} is missing`);
    if (!spec.isMany && (values.get(name)?.length ?? 0) > 1) faults.push(`--${name} is given more than once`);
  }
  for (const name of positionals.slice(given.length)) faults.push(`${name} is missing`);
  for (const value of given.slice(positionals.length)) faults.push(`unexpected argument ${JSON.stringify(value)}`);
  return { args: new Arguments(given, values), faults };
}

type OptionToken = {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
};

function tokenize(argv: readonly string[], specs: OptionSpecs) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { type: spec.value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  // Strict parsing would stop at the first fault.
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function findOptionFault({ rawName, value, inlineValue }: OptionToken, spec: OptionSpec): string | undefined {
  if (spec.value === undefined) return value === undefined ? undefined : `${rawName} takes no value`;
  if (value === undefined || value === '') return `${rawName} needs a value: ${spec.value}`;
  // `--exec --id a` is a forgotten value rather than a command named --id.
  if (!inlineValue && value.startsWith('--'))
    return `${rawName} needs a value: ${spec.value} (or write ${rawName}=${value})`;
  const fault = spec.check?.(value);
  return fault === undefined ? undefined : `${rawName}: ${fault}`;
}
