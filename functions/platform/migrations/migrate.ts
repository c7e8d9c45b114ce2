import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import { checksum, MigrationError, type MigrationFile, type MigrationPlan, planMigrations } from './plan.ts';
import { readStatements } from './read-statements.ts';
import { inTurn, readApplied, recordApplied } from './record.ts';
import { type Cluster, describe, FailedCommit, MigrationSession, type Run } from './session.ts';

export { MigrationError, type MigrationFile } from './plan.ts';

export interface Migration {
  /** With `maxAttempts: 1`: the SDK must not repeat a statement that may have run. */
  readonly client: RDSDataClient;
  readonly cluster: Cluster;
  readonly files: readonly MigrationFile[];
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
 * once. If there is nothing to do, it is one call. Rejects with MigrationError, which names the file, where one is refused or
 * has failed; the database then stands at the file before.
 */
export async function migrate({ client, cluster, files, log = () => undefined }: Migration): Promise<Migrated> {
  const session = new MigrationSession(client, cluster);
  const applied: string[] = [];
  let plan = planMigrations(files, await readApplied(session.run));
  plan.steps.flat().forEach(readStatements);
  while (plan.steps.length > 0) {
    const { step, left } = await applyNext(session, files);
    for (const { name } of step) {
      applied.push(name);
      log(`Applied migration ${name}.`);
    }
    plan = left;
  }
  if (plan.ahead) log('The schema is newer than these migrations; it is left as it is.');
  return { applied, ahead: plan.ahead };
}

interface Progress {
  readonly step: readonly MigrationFile[];
  readonly left: MigrationPlan;
}

/** Applies the first step that remains once it is this migrator's turn, if any does; answers what then is left. */
async function applyNext(session: MigrationSession, files: readonly MigrationFile[]): Promise<Progress> {
  let done: readonly MigrationFile[] = [];
  try {
    return await inTurn(session, async (run, applied) => {
      const { ahead, steps } = planMigrations(files, applied);
      const [step = [], ...rest] = steps;
      done = step;
      await applyStep(run, step);
      return { step, left: { ahead, steps: rest } };
    });
  } catch (error) {
    if (!(error instanceof FailedCommit)) throw error;
    // Its answer may have been lost. The next turn comes only once that transaction has ended, in whichever way.
    const applied = await inTurn(session, async (_, found) => found);
    if (done.every(file => applied.get(file.name) === checksum(file))) {
      return { step: done, left: planMigrations(files, applied) };
    }
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
  for (const { text, line } of readStatements(file)) {
    try {
      await run(text);
    } catch (error) {
      const [firstLine = ''] = text.split('\n');
      const place = `line ${line}, "${firstLine.slice(0, 100)}"`;
      throw new MigrationError(`Migration ${file.name} failed at ${place}: ${describe(error)}`, { cause: error });
    }
  }
}
