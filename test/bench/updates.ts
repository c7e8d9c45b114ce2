import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';

const accounts = 1_000_000;
const seconds = 5;
const run = promisify(execFile);

/** The transactions a second of pgbench's `simple-update`, which updates one row, by that many clients; done as it does it where there is none. */
export async function measureUpdates(databaseUrl: string, clients: number): Promise<number> {
  return (await runPgbench(databaseUrl, clients)) ?? (await runClients(databaseUrl, clients));
}

/** undefined where pgbench is not installed. */
async function runPgbench(databaseUrl: string, clients: number): Promise<number | undefined> {
  try {
    await run('pgbench', ['-i', '-q', '-s', String(accounts / 100_000), databaseUrl]);
    const { stdout } = await run('pgbench', ['-N', '-n', '-c', String(clients), '-T', String(seconds), databaseUrl]);
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function runClients(databaseUrl: string, count: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: count });
  await pool.query(`
    create table accounts (id integer primary key, balance integer not null default 0, filler char(84));
    create table history (id integer, delta integer, time timestamptz, filler char(22));
    insert into accounts (id) select generate_series(1, ${accounts})`);
  await pool.query('vacuum analyze accounts');
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let done = 0;
  const work = async () => {
    const client = await pool.connect();
    for (; performance.now() < end; done += 1) {
      const id = 1 + Math.floor(Math.random() * accounts);
      await client.query('begin');
      await client.query('update accounts set balance = balance + 1 where id = $1', [id]);
      await client.query('select balance from accounts where id = $1', [id]);
      await client.query('insert into history (id, delta, time) values ($1, 1, current_timestamp)', [id]);
      await client.query('end');
    }
    client.release();
  };
  await Promise.all(Array.from({ length: count }, work));
  const took = (performance.now() - begin) / 1000;
  await pool.end();
  return done / took;
}
