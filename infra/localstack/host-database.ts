import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The database on this machine that the deployed functions use: what it says of itself, and what is recorded of it. */
export interface HostDatabase {
  readonly folder: string;
  readonly pid: number;
  /** What it listens at. */
  readonly host: string;
  readonly port: number;
}

export const identityPath = '/host-database';

const program = fileURLToPath(new URL('./database.ts', import.meta.url));
/** The one that the environment `local` names if it is told no other. */
const usualPort = 8081;
const startMs = 60_000;
const stopMs = 30_000;
const answerMs = 2_000;
const lookAgainMs = 50;

const recordOf = (folder: string) => join(folder, 'database.json');

/** Whole or not at all: it is read while it is written. */
export async function writeRecord(folder: string, record: HostDatabase): Promise<void> {
  const partial = `${recordOf(folder)}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify(record)}\n`);
  await rename(partial, recordOf(folder));
}

/** The last that it does: what was there has ended in good order. */
export async function removeRecord(folder: string): Promise<void> {
  await rm(recordOf(folder), { force: true });
}

async function readRecord(folder: string): Promise<HostDatabase | undefined> {
  const text = await readFile(recordOf(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as HostDatabase);
}

/** The one that runs on the folder, unless none does: ids and ports are given to other processes too, folders are not. */
async function findRunning(folder: string): Promise<HostDatabase | undefined> {
  const record = await readRecord(folder);
  if (!record) return undefined;
  const url = `http://${record.host}:${record.port}${identityPath}`;
  const found = await fetch(url, { signal: AbortSignal.timeout(answerMs) })
    .then(answer => answer.json() as Promise<HostDatabase>)
    .catch(() => undefined);
  return found?.folder === folder ? found : undefined;
}

/**
 * Starts the database of a folder as a process that outlives this one, unless it runs, at the port that it had last.
 * @throws when it does not start, with what it said
 */
export async function ensureHostDatabase(folder: string, host: string): Promise<HostDatabase> {
  await mkdir(folder, { recursive: true });
  const running = await findRunning(folder);
  if (running?.host === host) return running;
  if (running) await stop(running);
  const port = (await readRecord(folder))?.port ?? usualPort;
  const logFile = join(folder, 'database.log');
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [program, folder, host, String(port)], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  let hasEnded = false;
  void once(child, 'exit').then(() => {
    hasEnded = true;
  });
  for (const end = Date.now() + startMs; Date.now() < end && !hasEnded; await sleep(lookAgainMs)) {
    const started = await findRunning(folder);
    if (!started) continue;
    child.unref();
    return started;
  }
  if (!hasEnded) child.kill();
  throw new Error(`The database did not start:\n${await readFile(logFile, 'utf8')}`);
}

/** Ends the database of a folder, and removes all that is there. @throws when it does not end */
export async function removeHostDatabase(folder: string): Promise<void> {
  const running = await findRunning(folder);
  if (running) await stop(running);
  // What an unprivileged server could not keep in the folder.
  const outside = await readFile(join(folder, 'postgres.location'), 'utf8').catch(() => undefined);
  if (outside) await rm(outside.trim(), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

async function stop({ folder, pid }: HostDatabase): Promise<void> {
  process.kill(pid, 'SIGTERM');
  for (const end = Date.now() + stopMs; await readRecord(folder); await sleep(lookAgainMs)) {
    if (Date.now() > end) throw new Error(`The database (process ${pid}) does not end.`);
  }
}
