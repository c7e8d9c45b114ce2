import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, programOf } from './processes.ts';

/** A running server, as its own `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly state: 'starting' | 'ready' | 'stopping';
}

/**
 * The server that runs on this cluster, whoever started it; `undefined` if none does.
 * A file that a dead server left is removed where PostgreSQL itself would trip over it: when another program of
 * the same account has the old process id by now, or when nobody takes note of its death; both happen in containers.
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const [pidLine = '', , , portLine = '', , , , stateLine = ''] = text.split('\n');
  const pid = Number(pidLine);
  if (!pid || !isAlive(pid)) return undefined;
  if (!programOf(pid).endsWith('postgres')) {
    await rm(file, { force: true });
    return undefined;
  }
  const state = stateLine.trim();
  return { pid, port: Number(portLine), state: state === 'ready' || state === 'stopping' ? state : 'starting' };
}
