/** Reads one setting, at module top, so that a function that lacks it fails when it starts and names it. */
export function env(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** As env, for a number. */
export function envNumber(name: string): number {
  const value = Number(env(name));
  if (!Number.isFinite(value)) throw new Error(`The environment variable ${name} is not a number: ${env(name)}`);
  return value;
}

/** As env, for what may be left out: empty is not set. */
export function envIfSet(name: string): string | undefined {
  return process.env[name] || undefined;
}
