import { createHash } from 'node:crypto';

export interface MigrationFile {
  /** `0001_create_catalogue`, or `functions/begin_batch` for a repeatable one. */
  readonly name: string;
  readonly sql: string;
  /** Runs again whenever its text changes; the others run once and never change. */
  readonly repeatable: boolean;
}

/** What a database has of the migrations: name → checksum. */
export type Applied = ReadonlyMap<string, string>;

export interface MigrationPlan {
  /** Whether the database has migrations that are newer than all files; then nothing is to be done. */
  readonly ahead: boolean;
  /** What remains to be applied, in order: the files of a step share a transaction. */
  readonly steps: readonly (readonly MigrationFile[])[];
}

/** A migration that was refused or has failed; the message names it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Compares files with what a database has: the numbered ones must continue it, one after the other, and the repeatable
 * ones follow together. Throws MigrationError where a file was edited, or took the place of another, after it was applied.
 */
export function planMigrations(files: readonly MigrationFile[], applied: Applied): MigrationPlan {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const numbered = sorted.filter(({ repeatable }) => !repeatable);
  numbered.forEach(checkNumber);
  const past = [...applied.keys()].filter(isNumbered).toSorted();
  for (const [index, name] of past.entries()) {
    const file = numbered[index];
    if (!file) return { ahead: true, steps: [] };
    checkUnchanged(file, name, applied);
  }
  const pending = numbered.slice(past.length).map(file => [file]);
  const changed = sorted.filter(file => file.repeatable && applied.get(file.name) !== checksum(file));
  return { ahead: false, steps: changed.length > 0 ? [...pending, changed] : pending };
}

/** SHA-256 of a file's text, in hexadecimal; the same for whatever line ends a checkout made. */
export function checksum({ sql }: MigrationFile): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}

function isNumbered(name: string): boolean {
  return /^\d/.test(name);
}

function checkNumber({ name }: MigrationFile, index: number): void {
  const number = String(index + 1).padStart(4, '0');
  if (name.startsWith(`${number}_`)) return;
  throw new MigrationError(`Migration ${name} is refused: the next number is ${number}.`);
}

function checkUnchanged(file: MigrationFile, name: string, applied: Applied): void {
  if (file.name !== name) {
    throw new MigrationError(
      `Migration ${file.name} is refused: the database has ${name} in its place. A new one takes the next number.`,
    );
  }
  if (applied.get(name) !== checksum(file)) {
    throw new MigrationError(
      `Migration ${name} is refused: it was edited after it was applied. Write what is to change as a new one.`,
    );
  }
}
