import { RDSDataClient } from '@aws-sdk/client-rds-data';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Migrated, type MigrationFile, migrate } from '#platform/migrations/migrate.ts';
import { readOwnMigrations } from '../../infra/migrations.ts';
import { type DataApiFixture, startDataApi } from '../support/data-api.ts';
import { type Call, type Fate, startFaultProxy } from '../support/fault-proxy.ts';

let api: DataApiFixture;
let admin: pg.Client;

beforeAll(async () => {
  api = await startDataApi({ limits: { transactionIdleMs: 1_000 } });
  admin = new pg.Client({ connectionString: api.database.url });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await api.close();
});

beforeEach(async () => {
  await endTransactions();
  await alterRole('reset all');
  await read('drop schema public cascade');
  await read('create schema public');
});

const cluster = () => ({ ...api.target, database: api.database.name });

const run = (files: readonly MigrationFile[]): Promise<Migrated> =>
  migrate({ client: api.client, cluster: cluster(), files });

/** Runs with calls that meet their fate on the way; answers these too. */
async function runWith(files: readonly MigrationFile[], decide?: (call: Call, index: number) => Fate) {
  const proxy = await startFaultProxy(api.endpoint, decide);
  const client = new RDSDataClient({
    endpoint: proxy.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    const [result] = await Promise.allSettled([migrate({ client, cluster: cluster(), files })]);
    return { result, calls: proxy.calls };
  } finally {
    client.destroy();
    await proxy.close();
  }
}

async function read(sql: string): Promise<unknown[]> {
  const { rows } = await admin.query<unknown[]>({ text: sql, rowMode: 'array' });
  return rows.flat();
}

/** As if what was connected had died. */
async function endConnections(which = 'pid <> pg_backend_pid()'): Promise<void> {
  const others = `pg_stat_activity where datname = current_database() and ${which}`;
  await read(`select pg_terminate_backend(pid) from ${others}`);
  // This looks only every 100 ms whether one has ended, for one after the other.
  await read(`select pg_terminate_backend(pid, 5000) from ${others}`);
}

/** As the migrations do, for new connections to this database. */
const alterRole = (how: string) =>
  read(`do $$ begin execute format('alter role %I in database %I ${how}', current_user, current_database()); end $$`);

const endTransactions = () => endConnections("state like 'idle in transaction%'");

const readTables = () => read("select tablename from pg_tables where schemaname = 'public' order by 1");
const readRecorded = () => read('select name from schema_migrations order by 1');

const numbered = (name: string, sql: string): MigrationFile => ({ name, sql, repeatable: false });
const repeatable = (name: string, sql: string): MigrationFile => ({ name: `functions/${name}`, sql, repeatable: true });
const answering = (name: string, answer: string): MigrationFile =>
  repeatable(name, `create or replace function ${name}() returns text language sql as $$ select ${answer} $$;`);

const two = [numbered('0001_a', 'create table a (id int);'), numbered('0002_b', 'create table b (id int);')];
const third = numbered('0003_c', 'create table c (id int);');

describe("the repository's migrations", () => {
  test('are all applied to a fresh database, the second time by one call that changes nothing', async () => {
    const files = readOwnMigrations();

    const first = await run(files);
    const recorded = await read('select name, checksum, apply_time, xmin from schema_migrations order by name');
    const second = await runWith(files);

    expect(first).toEqual({ applied: files.map(({ name }) => name), ahead: false });
    expect(await readTables()).toContain('deploy_tasks');
    expect(second.result).toMatchObject({ value: { applied: [], ahead: false } });
    expect(second.calls.map(({ path }) => path)).toEqual(['/Execute']);
    expect(await read('select name, checksum, apply_time, xmin from schema_migrations order by name')).toEqual(
      recorded,
    );
  });

  test('can be applied again where they are repeatable', async () => {
    const files = readOwnMigrations();
    await run(files);
    await read("update schema_migrations set checksum = 'another' where name like 'functions/%'");

    const again = await run(files);

    expect(again.applied).toEqual(files.filter(file => file.repeatable).map(({ name }) => name));
  });
});

describe('what is refused, before anything runs', () => {
  test('a file that was edited after it was applied', async () => {
    await run(two);
    const edited = numbered('0001_a', 'create table a (id bigint);');

    const attempt = run([edited, ...two.slice(1), third]);

    await expect(attempt).rejects.toThrow('Migration 0001_a is refused: it was edited after it was applied.');
    expect(await readTables()).toEqual(['a', 'b', 'schema_migrations', 'schema_releases']);
  });

  test('but not one whose line ends alone differ', async () => {
    const [a, b] = [numbered('0001_a', 'create table a (\n id int\n);\n'), two[1] ?? third];
    await run([a]);

    const { applied } = await run([{ ...a, sql: a.sql.replaceAll('\n', '\r\n') }, b]);

    expect(applied).toEqual(['0002_b']);
  });

  test('a new file in the place of one that was applied', async () => {
    await run(two);
    const late = numbered('0002_anew', 'create table anew (id int);');

    const attempt = run([...two.slice(0, 1), late, numbered('0003_b', 'create table b (id int);')]);

    await expect(attempt).rejects.toThrow('Migration 0002_anew is refused: the database has 0002_b in its place.');
    expect(await readTables()).toEqual(['a', 'b', 'schema_migrations', 'schema_releases']);
  });

  test.each([
    ['a number that is missing', ['0001_a', '0003_c'], 'Migration 0003_c is refused: the next number is 0002.'],
    ['a number that is there twice', ['0001_a', '0001_c'], 'Migration 0001_c is refused: the next number is 0002.'],
  ])('%s', async (_, names, reason) => {
    const attempt = run(names.map(name => numbered(name, `create table t${name} (id int);`)));

    await expect(attempt).rejects.toThrow(reason);
    expect(await readTables()).toEqual([]);
  });

  test.each([
    [
      'a word that would become a parameter',
      'create table c ();\ndo $$ begin perform 1 :x; end $$;',
      'Migration 0003_c, line 2, is refused: the Data API would take :x for a parameter.',
    ],
    [
      'a statement that is too long',
      `\n\nselect '${'x'.repeat(65_528)}';`,
      'Migration 0003_c, line 3, is refused: the statement has 65537 characters, the Data API takes 65536.',
    ],
    [
      'the end of its transaction',
      'create table c ();\nCommit;',
      'Migration 0003_c, line 2, is refused: a file runs in a transaction, which it may not begin or end.',
    ],
  ])('a file with %s', async (_, sql, reason) => {
    const attempt = run([...two, numbered('0003_c', sql)]);

    await expect(attempt).rejects.toThrow(reason);
    expect(await readTables()).toEqual([]);
  });
});

describe('a failure', () => {
  test('in the middle of a file leaves the schema at the file before, and says what failed', async () => {
    const faulty = numbered(
      '0003_c',
      'create table c ();\n\n-- next\ncreate index on c\n  (missing);\ncreate table d ();',
    );
    const last = numbered('0004_e', 'create table e ();');

    const attempt = run([...two, faulty, last, answering('f', "'f'")]);

    await expect(attempt).rejects.toThrow(
      /^Migration 0003_c failed at line 4, "create index on c": ERROR: column "missing" does not exist.*SQLState: 42703$/,
    );
    expect(await readTables()).toEqual(['a', 'b', 'schema_migrations', 'schema_releases']);
    expect(await readRecorded()).toEqual(['0001_a', '0002_b']);
    expect(await run([...two, third, last])).toEqual({ applied: ['0003_c', '0004_e'], ahead: false });
  });

  test('at the commit names the file', async () => {
    const deferred = `create table c (id int primary key, other int references c deferrable initially deferred);
      insert into c values (1, 2);`;

    const attempt = run([...two, numbered('0003_c', deferred)]);

    await expect(attempt).rejects.toThrow(/^Migration 0003_c failed to commit: ERROR: .*SQLState: 23503$/);
    expect(await readRecorded()).toEqual(['0001_a', '0002_b']);
  });

  test('of one repeatable file leaves all of them as they were', async () => {
    await run([answering('f', "'old'"), answering('g', "'old'")]);

    const attempt = run([answering('f', "'new'"), repeatable('g', 'create or replace function g( syntax')]);

    await expect(attempt).rejects.toThrow('Migration functions/g failed at line 1');
    expect(await read('select f() union all select g()')).toEqual(['old', 'old']);
  });
});

describe('repeatable files', () => {
  test('are applied again when their text changes, and stay when they are removed', async () => {
    await run([...two, answering('f', "'old'"), answering('g', "'old'"), answering('h', "'old'")]);

    const { applied } = await run([...two, answering('f', "'old'"), answering('g', "'new'")]);

    expect(applied).toEqual(['functions/g']);
    expect(await read('select f() union all select g() union all select h()')).toEqual(['old', 'new', 'old']);
    expect(await run([...two, answering('f', "'old'"), answering('g', "'new'")])).toEqual({
      applied: [],
      ahead: false,
    });
  });

  test('follow the numbered ones, and may refer to later ones', async () => {
    const { applied } = await run([answering('g', "'late'"), answering('f', 'g()'), ...two]);

    expect(applied).toEqual(['0001_a', '0002_b', 'functions/f', 'functions/g']);
    expect(await read('select f()')).toEqual(['late']);
  });
});

describe('a database that is ahead of the files', () => {
  test('is left alone, its functions too, with one call', async () => {
    await run([...two, third, answering('f', "'newer'")]);

    const { result, calls } = await runWith([...two, answering('f', "'older'"), answering('g', "'older'")]);

    expect(result).toMatchObject({ value: { applied: [], ahead: true } });
    expect(calls).toHaveLength(1);
    expect(await read('select f()')).toEqual(['newer']);
  });
});

describe('migrators at once', () => {
  /** Would fail if it ran twice, and leaves the others time to come in between. */
  const files = [
    numbered('0001_a', 'create table a (id int); select pg_sleep(0.02)::text;'),
    numbered('0002_b', 'create table runs (name text); insert into runs values (1);'),
    repeatable(
      'f',
      'create or replace function f() returns int language sql as $$ select 1 $$; insert into runs values (2);',
    ),
  ];

  test.each([2, 10])('%i of them apply each file once', async count => {
    const results = await Promise.all(Array.from({ length: count }, () => run(files)));

    expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['0001_a', '0002_b', 'functions/f']);
    expect(await read('select name from runs order by 1')).toEqual(['1', '2']);
  });

  test('one that has newer files than the other ends with them, whoever is first', async () => {
    const newer = [...two, third, answering('f', "'newer'")];
    const older = [...two, answering('f', "'older'")];

    await Promise.all([run(older), run(newer), run(older)]);

    expect(await readRecorded()).toEqual(['0001_a', '0002_b', '0003_c', 'functions/f']);
    expect(await read('select f()')).toEqual(['newer']);
  });

  test("one waits for the other's turn longer than its role's statements may take", async () => {
    await read(
      "do $$ begin execute format('alter database %I set statement_timeout = 100', current_database()); end $$",
    );
    await endConnections();
    const holder = new pg.Client({ connectionString: api.database.url });
    await holder.connect();
    await holder.query("begin; select pg_advisory_xact_lock(hashtextextended('schema migrations', 0))");

    const waiting = run([...two, numbered('0003_c', 'select pg_sleep(0.2)::text;')]);
    const first = await Promise.race([waiting, new Promise(resolve => setTimeout(resolve, 350, 'still waiting'))]);
    await holder.end();
    const { applied } = await waiting;

    expect(first).toBe('still waiting');
    expect(applied).toEqual(['0001_a', '0002_b', '0003_c']);
  });
});

describe('a migrator that loses its connection', () => {
  test.each(Array.from({ length: 20 }, (_, index) => index))(
    'for good from call %i on is followed by one that does the rest',
    async last => {
      const files = [...two, answering('f', "'f'")];

      const { result } = await runWith(files, (_, index) => (index < last ? 'pass' : 'cut'));
      await endTransactions();
      const { ahead } = await run(files);

      expect(result.status).toBe('rejected');
      expect(ahead).toBe(false);
      expect(await readRecorded()).toEqual(['0001_a', '0002_b', 'functions/f']);
      expect(await readTables()).toEqual(['a', 'b', 'schema_migrations', 'schema_releases']);
    },
  );

  test('while it commits finds that it had committed', async () => {
    const { result } = await runWith(two, loseFirst('/CommitTransaction', 'loseAnswer'));

    expect(result).toMatchObject({ value: { applied: ['0001_a', '0002_b'], ahead: false } });
    expect(await readTables()).toEqual(['a', 'b', 'schema_migrations', 'schema_releases']);
  });

  test('while it commits finds that it had not, and says so', async () => {
    const { result } = await runWith(two, loseFirst('/CommitTransaction', 'cut'));

    expect(result).toMatchObject({
      reason: { message: expect.stringMatching(/^Migration 0001_a failed to commit: /) },
    });
    expect(await readRecorded()).toEqual([]);
  });
});

describe('a database that is resuming', () => {
  test('is waited for', async () => {
    const resuming = { error: 'DatabaseResumingException' };

    const { result } = await runWith(two, (_, index) => (index === 0 ? resuming : 'pass'));

    expect(result).toMatchObject({ value: { applied: ['0001_a', '0002_b'], ahead: false } });
  });
});

/** The first call of a path meets a fate, all others pass. */
function loseFirst(path: string, fate: Fate): (call: Call) => Fate {
  let met = false;
  return call => {
    if (met || call.path !== path) return 'pass';
    met = true;
    return fate;
  };
}
