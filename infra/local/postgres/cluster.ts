import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { isAlive } from './processes.ts';

/**
 * Creates the cluster if there is none. It is made beside its final place and renamed, so that a crash leaves
 * nothing half-made, and of two runtimes at once one wins and the other takes what it made.
 */
export async function createCluster(home: Home, sync: boolean): Promise<void> {
  if (existsSync(home.cluster)) return;
  await removeLeftovers(home.folder);
  const draft = join(home.folder, `cluster.${process.pid}`);
  const passwordFile = `${draft}.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (home.account) await chown(passwordFile, home.account.uid, home.account.gid);
    await runInitdb(home, draft, passwordFile, sync);
    // Inside the cluster, so that the rename below publishes both or neither.
    await rename(passwordFile, join(draft, 'service-manager.password'));
    await rename(draft, home.cluster);
  } catch (error) {
    if (!existsSync(home.cluster)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^cluster\.(\d+)/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function runInitdb(home: Home, draft: string, passwordFile: string, sync: boolean): Promise<void> {
  const initdb = join(home.programs, 'bin', 'initdb');
  const options = ['-D', draft, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const text = ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = [...options, ...text, ...(sync ? [] : ['--no-sync'])];
  const child = spawn(initdb, args, {
    ...home.account,
    cwd: home.folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`initdb could not create ${home.cluster}: ${complaint.trim()}`);
}
