import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../../infra/local/postgres/start.ts';
import { createDatabase } from '../support/database.ts';
import { createFolder, type Folder } from '../support/folder.ts';

const START = new URL('../../infra/local/postgres/start.ts', import.meta.url).href;

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the server from another process, which is then killed without a chance to stop it. */
async function startAndKill(folder: string): Promise<string> {
  const script = `import { startPostgres } from ${JSON.stringify(START)};
    const { url } = await startPostgres({ folder: ${JSON.stringify(folder)}, fast: true });
    process.stdout.write(url);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return url.toString();
}

describe('the embedded PostgreSQL', () => {
  let folder: Folder;

  beforeAll(async () => {
    folder = await createFolder();
  });
  afterAll(() => folder.remove());

  test('is a PostgreSQL 17 in UTF-8 and UTC whose data outlives a stop', async () => {
    const first = await startPostgres({ folder: folder.path, fast: true });
    const [version] = await query(
      first.url,
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('timezone') as zone,
         current_setting('server_encoding') as encoding, current_database() as database`,
    );
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();

    const second = await startPostgres({ folder: folder.path, fast: true });
    const rows = await query(second.url, 'select answer from kept');
    await second.stop();

    expect(version).toEqual({ major: 17, zone: 'UTC', encoding: 'UTF8', database: 'service_manager' });
    expect(rows).toEqual([{ answer: 42 }]);
  });

  test('asks for its password', async () => {
    const server = await startPostgres({ folder: folder.path, fast: true });
    const url = new URL(server.url);
    url.password = 'guess';

    const attempt = query(url.href, 'select 1').finally(() => server.stop());

    await expect(attempt).rejects.toThrow(/password authentication failed/);
  });

  test('refuses a second runtime on the same folder while the first one lives', async () => {
    const first = await startPostgres({ folder: folder.path, fast: true });

    const second = startPostgres({ folder: folder.path, fast: true }).finally(() => first.stop());

    await expect(second).rejects.toThrow(
      `the data folder ${folder.path} is in use by another Service Manager (process ${process.pid})`,
    );
  });

  test('is taken over from a runtime that was killed', async () => {
    const orphan = await startAndKill(folder.path);

    const adopted = await startPostgres({ folder: folder.path, fast: true });
    const rows = await query(adopted.url, 'select 1 as one');
    await adopted.stop();

    expect(adopted.url).toBe(orphan);
    expect(rows).toEqual([{ one: 1 }]);
    await expect(query(adopted.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  test('starts again when it comes while the one before is being stopped', async () => {
    const first = await startPostgres({ folder: folder.path, fast: true });

    const [second] = await Promise.all([startPostgres({ folder: folder.path, fast: true }), first.stop()]);
    const rows = await query(second.url, 'select 1 as one');
    await second.stop();

    expect(rows).toEqual([{ one: 1 }]);
  });

  test('starts beside the pid file of a server that died with its runtime', async () => {
    const url = await startAndKill(folder.path);
    const pidFile = join(folder.path, 'postgres/cluster/postmaster.pid');
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    await query(url, 'create table if not exists survivors (id int)');
    process.kill(Number(lines[0]), 'SIGKILL');
    await expect.poll(() => query(url, 'select 1').catch((error: Error) => error.message)).toContain('ECONNREFUSED');
    // The worst case: its process id belongs to someone else by now.
    await writeFile(pidFile, [process.pid, ...lines.slice(1)].join('\n'));

    const server = await startPostgres({ folder: folder.path, fast: true });
    const rows = await query(server.url, 'select * from survivors');
    await server.stop();

    expect(rows).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)('works in a folder that only root can enter', async () => {
    const closed = await createFolder();
    await chmod(closed.path, 0o700);
    const inner = join(closed.path, 'data');

    const first = await startPostgres({ folder: inner, fast: true });
    await query(first.url, 'create table kept (id int)');
    await first.stop();
    const second = await startPostgres({ folder: inner, fast: true });
    const rows = await query(second.url, 'select * from kept');
    await second.stop();
    const location = (await readFile(join(inner, 'postgres.location'), 'utf8')).trim();
    await rm(location, { recursive: true });
    await closed.remove();

    expect(rows).toEqual([]);
    expect(location).toMatch(/^\/var\/lib\/service-manager\/[0-9a-f]{16}$/);
  });

  test('is left alone when an existing PostgreSQL is given', async () => {
    const existing = await createDatabase();

    const server = await startPostgres({ folder: join(folder.path, 'none'), databaseUrl: existing.url });
    await server.stop();
    const rows = await query(existing.url, 'select 1 as one');
    await existing.drop();

    expect(server.url).toBe(existing.url);
    expect(rows).toEqual([{ one: 1 }]);
  });

  test('refuses an existing PostgreSQL that another runtime uses', async () => {
    const { url: databaseUrl, drop } = await createDatabase();
    const first = await startPostgres({ folder: join(folder.path, 'first'), databaseUrl });

    const second = startPostgres({ folder: join(folder.path, 'second'), databaseUrl }).finally(() => first.stop());

    await expect(second).rejects.toThrow(`is in use by another Service Manager (process ${process.pid})`);
    const third = await startPostgres({ folder: join(folder.path, 'third'), databaseUrl });
    await third.stop();
    await drop();
  });
});
