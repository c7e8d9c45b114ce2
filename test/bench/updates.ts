import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const rowCount = 100_000;
const seconds = 5;

/** One-row updates a second by that many clients, each of a random row of many: by pgbench, or as it does it where there is none. */
export async function measureUpdates(databaseUrl: string, clients: number): Promise<number> {
  await prepareRows(databaseUrl);
  return (await runPgbench(databaseUrl, clients)) ?? (await runClients(databaseUrl, clients));
}

async function prepareRows(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`
    create table bench_rows (id integer primary key, value integer not null default 0);
    insert into bench_rows (id) select generate_series(1, ${rowCount});`);
  await client.query('vacuum analyze bench_rows');
  await client.end();
}

/** undefined where pgbench is not installed. */
async function runPgbench(databaseUrl: string, clients: number): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'service-manager-bench-'));
  try {
    const script = join(folder, 'update.sql');
    const sql = `\\set id random(1, ${rowCount})\nupdate bench_rows set value = value + 1 where id = :id;\n`;
    await writeFile(script, sql);
    const args = ['-n', '-M', 'prepared', '-c', String(clients), '-T', String(seconds), '-f', script, databaseUrl];
    const { stdout } = await promisify(execFile)('pgbench', args);
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runClients(databaseUrl: string, count: number): Promise<number> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map(client => client.connect()));
  const text = 'update bench_rows set value = value + 1 where id = $1';
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let done = 0;
  const work = async (client: pg.Client) => {
    for (; performance.now() < end; done += 1) {
      await client.query({ name: 'update', text, values: [1 + Math.floor(Math.random() * rowCount)] });
    }
  };
  await Promise.all(clients.map(work));
  const took = (performance.now() - begin) / 1000;
  await Promise.all(clients.map(client => client.end()));
  return done / took;
}
