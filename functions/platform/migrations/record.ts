import { sqlState } from '../database-fault.ts';
import { type Applied, checksum, MigrationError, type MigrationFile } from './plan.ts';
import type { MigrationSession, Run } from './session.ts';

/** Longer than the three minutes after which the Data API ends the transaction of a migrator that died. */
const TURN_MINUTES = 5;

/**
 * One migrator at a time, and the tables that say what was applied, and which releases it made complete. DDL waits its turn
 * behind the statements of the application, which last 20 s at most; what it does then may take longer than they may.
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
  if to_regclass('schema_releases') is null then
    create table schema_releases (
      hash text collate "C" primary key,
      number bigint generated always as identity,
      apply_time timestamptz not null default now()
    );
    -- Whoever migrated it before there was this table had a release too.
    insert into schema_releases (hash) select 'unknown' where exists (select from schema_migrations);
  end if;
end
$$`;

const READ = `select 'migration', name, checksum from schema_migrations
  union all
  (select 'latest', hash, '' from schema_releases order by number desc limit 1)
  union all
  select 'known', hash, '' from schema_releases where hash = :hash`;

const RECORD = `insert into schema_migrations (name, checksum)
  select key, value from jsonb_each_text(:checksums::jsonb)
  on conflict (name) do update set checksum = excluded.checksum, apply_time = excluded.apply_time`;

const RECORD_RELEASE = 'insert into schema_releases (hash) values (:hash) on conflict do nothing';

/** What a database has of the migrations, and what a release is to it. */
export interface Found {
  readonly applied: Applied;
  /** Whether any release was ever complete here. */
  readonly isInUse: boolean;
  /** Whether this one was, and if so, whether another has followed it. */
  readonly isKnown: boolean;
  readonly isSuperseded: boolean;
}

/** The lock was not free for as long as one statement may wait. */
class StillWaiting extends Error {}

/**
 * Does work in a transaction that no other migrator's overlaps. Rejects with MigrationError when another one's turn does not end.
 */
export async function inTurn<T>(session: MigrationSession, work: (run: Run) => Promise<T>): Promise<T> {
  const deadline = Date.now() + TURN_MINUTES * 60_000;
  for (;;) {
    try {
      return await session.transact(async run => {
        await takeTurn(run);
        return work(run);
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

/** What a database has, in one call and without waiting for anybody; nothing where no migrator's turn has been yet. */
export async function readFound(run: Run, hash: string): Promise<Found> {
  try {
    const rows = await run(READ, { hash });
    const ofKind = (kind: string) => rows.filter(([first]) => first === kind);
    const latest = ofKind('latest')[0]?.[1];
    const isKnown = ofKind('known').length > 0;
    return {
      applied: new Map(ofKind('migration').map(([, name = '', sum = '']) => [name, sum])),
      isInUse: latest !== undefined,
      isKnown,
      isSuperseded: isKnown && latest !== hash,
    };
  } catch (error) {
    if (sqlState(error) !== UNDEFINED_TABLE) throw error;
    return { applied: new Map(), isInUse: false, isKnown: false, isSuperseded: false };
  }
}

/** Notes that files were applied, in the transaction that applies them. */
export async function recordApplied(run: Run, files: readonly MigrationFile[]): Promise<void> {
  const checksums = Object.fromEntries(files.map(file => [file.name, checksum(file)]));
  await run(RECORD, { checksums: JSON.stringify(checksums) });
}

/** Notes that all of a release is applied, in the transaction that applies the last of it. */
export async function recordRelease(run: Run, hash: string): Promise<void> {
  await run(RECORD_RELEASE, { hash });
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
