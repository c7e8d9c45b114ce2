import { type Applied, checksum, MigrationError, type MigrationFile } from './plan.ts';
import { type MigrationSession, type Run, sqlState } from './session.ts';

/** Longer than the three minutes after which the Data API ends the transaction of a migrator that died. */
const TURN_MINUTES = 5;

/**
 * One migrator at a time, and the table that says what was applied. DDL waits its turn behind the statements of the
 * application, which last 20 s at most; what it does then may take longer than they may.
 */
const TAKE_TURN = `do $$
begin
  set local statement_timeout = 0;
  set local lock_timeout = '30s';
  perform pg_advisory_xact_lock(hashtextextended('schema migrations', 0));
  create table if not exists schema_migrations (
    name text collate "C" primary key,
    checksum text not null,
    apply_time timestamptz not null default now()
  );
end
$$`;

const READ = 'select name, checksum from schema_migrations';

const RECORD = `insert into schema_migrations (name, checksum)
  select key, value from jsonb_each_text(:checksums::jsonb)
  on conflict (name) do update set checksum = excluded.checksum, apply_time = excluded.apply_time`;

/** The lock was not free for as long as one statement may wait. */
class StillWaiting extends Error {}

/**
 * Does work in a transaction that no other migrator's overlaps, and hands it what the database has by then. Rejects with
 * MigrationError when another one's turn does not end.
 */
export async function inTurn<T>(
  session: MigrationSession,
  work: (run: Run, applied: Applied) => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + TURN_MINUTES * 60_000;
  for (;;) {
    try {
      return await session.transact(async run => {
        await takeTurn(run);
        return work(run, toApplied(await run(READ)));
      });
    } catch (error) {
      if (!(error instanceof StillWaiting)) throw error;
      if (Date.now() < deadline) continue;
      throw new MigrationError(`Another migrator has been at work for ${TURN_MINUTES} minutes.`, {
        cause: error.cause,
      });
    }
  }
}

/** What a database has, in one call and without waiting for anybody; nothing if it was never migrated. */
export async function readApplied(run: Run): Promise<Applied> {
  try {
    return toApplied(await run(READ));
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return new Map();
    throw error;
  }
}

/** Notes that files were applied, in the transaction that applies them. */
export async function recordApplied(run: Run, files: readonly MigrationFile[]): Promise<void> {
  const checksums = Object.fromEntries(files.map(file => [file.name, checksum(file)]));
  await run(RECORD, { checksums: JSON.stringify(checksums) });
}

const UNDEFINED_TABLE = '42P01';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';

/** The role's own statement timeout can be over before the lock's is, and so can the Data API's. */
async function takeTurn(run: Run): Promise<void> {
  try {
    await run(TAKE_TURN);
  } catch (error) {
    const state = sqlState(error);
    const timedOut = error instanceof Error && error.name === 'StatementTimeoutException';
    if (!timedOut && state !== LOCK_NOT_AVAILABLE && state !== QUERY_CANCELED) throw error;
    throw new StillWaiting('The lock is not free yet.', { cause: error });
  }
}

function toApplied(rows: readonly (readonly string[])[]): Applied {
  return new Map(rows.map(([name = '', sum = '']) => [name, sum]));
}
