import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from './home.ts';
import { findPostmaster, type Postmaster } from './postmaster.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const LOOK_AGAIN_MS = 10;
/**
 * Another program may take the port between our finding it free and the server's taking it, and sessions of a server that was
 * killed may outlive it for a moment.
 */
const MOST_LAUNCHES = 5;
const RELAUNCH_MS = 100;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  cluster_name: 'service-manager',
  max_connections: '250',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Errors of statements are for who sent them.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  // No replica reads this log, and without one a new table need not be written twice.
  wal_level: 'minimal',
  max_wal_senders: '0',
};

/** For tests: what is committed survives the death of every process, though not that of the machine. */
const FAST_SETTINGS = { fsync: 'off', full_page_writes: 'off' };

/**
 * Makes sure that a server runs on the cluster: one that a killed predecessor left is taken over as it is.
 * @returns the server once it accepts connections.
 */
export async function ensureServer(home: Home, fast: boolean): Promise<Postmaster> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let child: ChildProcess | undefined;
  let launches = 0;
  while (Date.now() < deadline) {
    const running = await findPostmaster(home.cluster);
    if (running?.state === 'ready') return running;
    // A server that starts or stops, whoever's it is, is waited for.
    if (!running && (!child || child.exitCode !== null || child.signalCode !== null)) {
      launches += 1;
      if (launches > MOST_LAUNCHES) throw new Error(`PostgreSQL did not start:\n${readEnd(home.log)}`);
      if (launches > 1) await sleep(RELAUNCH_MS * launches);
      child = await launch(home, fast);
    }
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error(`PostgreSQL was not ready within ${START_TIMEOUT_MS / 1000} s:\n${readEnd(home.log)}`);
}

/** Starts the server apart from this process: Ctrl-C in a terminal is not for it, and it may outlive us. */
async function launch(home: Home, fast: boolean): Promise<ChildProcess> {
  const settings = { ...SETTINGS, ...(fast ? FAST_SETTINGS : {}), port: String(await findFreePort()) };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(home.log, 'a', 0o600);
  const child = spawn(join(home.programs, 'bin', 'postgres'), ['-D', home.cluster, ...args], {
    ...home.account,
    cwd: home.folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  await new Promise((resolve, reject) => {
    child.once('error', reject).once('spawn', resolve);
  });
  child.unref();
  return child;
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise(resolve => {
    probe.close(resolve);
  });
  if (!address || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Shuts the server down at once, in good order; by force if that takes too long. */
export async function stopServer(cluster: string): Promise<void> {
  const running = await findPostmaster(cluster);
  if (!running) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    signalProcess(running.pid, signal);
    while (Date.now() < deadline) {
      // The file goes when all is written; the process may stay a while, until its new parent takes note.
      if ((await findPostmaster(cluster)) === undefined) return;
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

function readEnd(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-10).join('\n');
}
