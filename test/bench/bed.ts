import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startPostgres } from '../../infra/local/postgres/start.ts';
import { createFolder } from '../support/folder.ts';
import { type Client, createClient } from './client.ts';
import type { Address, Counts } from './server.ts';

/** The whole product in a process of its own, on a PostgreSQL that waits for its disk as it does in use. */
export interface Bed extends Address {
  readonly client: Client;
  readonly databaseUrl: string;
  /** Straight to PostgreSQL. */
  readonly pool: pg.Pool;
  count(): Promise<Counts>;
}

/** Prepares a bed of its own for `measure`, and clears it away. */
export async function withBed<T>(
  measure: (bed: Bed) => Promise<T>,
  { logLevel = 'WARN', prometheusUrl }: { logLevel?: 'WARN' | 'INFO'; prometheusUrl?: string } = {},
): Promise<T> {
  const folder = await createFolder();
  const postgres = await startPostgres({ folder: folder.path });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  const server = fork(
    fileURLToPath(new URL('./server.ts', import.meta.url)),
    [join(folder.path, 'data'), postgres.url, ...(prometheusUrl === undefined ? [] : [prometheusUrl])],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, POWERTOOLS_LOG_LEVEL: logLevel },
    },
  );
  const ended = once(server, 'exit');
  try {
    const address = (await Promise.race([
      once(server, 'message').then(([message]) => message),
      ended.then(() => Promise.reject(new Error('The runtime did not start.'))),
    ])) as Address;
    const client = createClient(address.url);
    const count = async () => {
      server.send('count');
      const [counts] = await once(server, 'message');
      return counts as Counts;
    };
    return await measure({ ...address, client, databaseUrl: postgres.url, pool, count });
  } finally {
    server.kill('SIGTERM');
    await ended;
    await pool.end();
    await postgres.stop();
    await folder.remove();
  }
}
