import { hashMigrations } from './hash.ts';
import { isDestructive } from './is-destructive.ts';
import { checksum, MigrationError, type MigrationFile, type MigrationPlan, planMigrations } from './plan.ts';
import { readStatements } from './read-statements.ts';
import { inTurn, readFound, recordApplied, recordRelease } from './record.ts';
import { describe, FailedCommit, MigrationSession, type Run, type SessionOptions } from './session.ts';
import type { Statement } from './split-statements.ts';

export { MigrationError, type MigrationFile } from './plan.ts';

export interface Migration extends SessionOptions {
  readonly files: readonly MigrationFile[];
  /** A release that another has followed changes nothing: functions that are live may need what came since. */
  readonly forwardOnly?: boolean;
  /** Whether what the release before has may be taken away. */
  readonly allowDestructive?: boolean;
  readonly log?: (line: string) => void;
}

export interface Migrated {
  /** The names of the files that were applied, in order. */
  readonly applied: string[];
  /** Whether the database has a newer schema than the files; it is left alone. */
  readonly ahead: boolean;
}

/**
 * Brings a database to the schema of the files, one transaction each, the repeatable ones in one; any number may do so at
 * once. If there is nothing to do, it only looks. Rejects with MigrationError, which names the file, where one is refused or
 * has failed; the database then stands at the file before.
 */
export async function migrate(migration: Migration): Promise<Migrated> {
  const { log = () => undefined } = migration;
  const session = new MigrationSession(migration);
  const applied: string[] = [];
  let work = await lookAhead(session.run, migration);
  work.steps.flat().forEach(readStatements);
  while (work.steps.length > 0 || work.isUnrecorded) {
    const { step, left } = await applyNext(session, migration);
    for (const { name } of step) {
      applied.push(name);
      log(`Applied migration ${name}.`);
    }
    work = left;
  }
  if (work.ahead) log('The schema is newer than these migrations; it is left as it is.');
  return { applied, ahead: work.ahead };
}

interface Work extends MigrationPlan {
  /** Whether the release is still to be noted. */
  readonly isUnrecorded: boolean;
}

/** What is to be done, as the database now is. Throws MigrationError for what must not be done. */
async function lookAhead(run: Run, { files, forwardOnly = false, allowDestructive = false }: Migration): Promise<Work> {
  const { applied, isInUse, isKnown, isSuperseded } = await readFound(run, hashMigrations(files));
  if (isSuperseded && forwardOnly) return { ahead: true, steps: [], isUnrecorded: false };
  const plan = planMigrations(files, applied);
  // Where no release is complete yet there is nothing to lose.
  if (isInUse && !allowDestructive) plan.steps.flat().forEach(refuseDestruction);
  return { ...plan, isUnrecorded: !isKnown && !plan.ahead };
}

function refuseDestruction(file: MigrationFile): void {
  const found = readStatements(file).find(({ text }) => isDestructive(text));
  if (!found) return;
  throw new MigrationError(
    `Migration ${file.name}, ${place(found)}, is refused: it takes away what the release before has. Allow destructive changes if that is meant.`,
  );
}

interface Progress {
  readonly step: readonly MigrationFile[];
  readonly left: Work;
}

/** Applies the first step that remains once it is this migrator's turn, if any does; answers what then is left. */
async function applyNext(session: MigrationSession, migration: Migration): Promise<Progress> {
  let done: readonly MigrationFile[] = [];
  try {
    return await inTurn(session, async run => {
      const { ahead, steps, isUnrecorded } = await lookAhead(run, migration);
      const [step = [], ...rest] = steps;
      done = step;
      await applyStep(run, step);
      const isLast = rest.length === 0;
      if (isLast && isUnrecorded) await recordRelease(run, hashMigrations(migration.files));
      return { step, left: { ahead, steps: rest, isUnrecorded: isUnrecorded && !isLast } };
    });
  } catch (error) {
    if (!(error instanceof FailedCommit)) throw error;
    // Its answer may have been lost. The next turn comes only once that transaction has ended, in whichever way.
    const left = await inTurn(session, async run => {
      const { applied } = await readFound(run, hashMigrations(migration.files));
      return done.every(file => applied.get(file.name) === checksum(file)) ? lookAhead(run, migration) : undefined;
    });
    if (left) return { step: done, left };
    const names = done.map(({ name }) => name).join(', ');
    throw new MigrationError(`Migration ${names} failed to commit: ${error.message}`, { cause: error.cause });
  }
}

async function applyStep(run: Run, step: readonly MigrationFile[]): Promise<void> {
  if (step.length === 0) return;
  // Functions may refer to others that come later.
  if (step.some(({ repeatable }) => repeatable)) await run('set local check_function_bodies = off');
  for (const file of step) await applyFile(run, file);
  await recordApplied(run, step);
}

async function applyFile(run: Run, file: MigrationFile): Promise<void> {
  for (const statement of readStatements(file)) {
    try {
      await run(statement.text);
    } catch (error) {
      throw new MigrationError(`Migration ${file.name} failed at ${place(statement)}: ${describe(error)}`, {
        cause: error,
      });
    }
  }
}

function place({ text, line }: Statement): string {
  const [firstLine = ''] = text.split('\n');
  return `line ${line}, "${firstLine.slice(0, 100)}"`;
}
