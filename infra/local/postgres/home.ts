import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, canEnter, chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';

/** For what an unprivileged server cannot keep in a folder that only root can enter. */
const SYSTEM_FOLDER = '/var/lib/service-manager';

/** Everything the server needs on disk. */
export interface Home {
  /** Holds the cluster and the server's log; only the server's account can enter it. */
  readonly folder: string;
  readonly cluster: string;
  readonly log: string;
  readonly password: string;
  /** The folder of PostgreSQL's programs, which `account` can enter. */
  readonly programs: string;
  readonly account: Account | undefined;
}

/**
 * Prepares the place of the server that belongs to a data folder: inside it, or, where the server's account
 * cannot enter it, in {@link SYSTEM_FOLDER}, with a file `postgres.location` that says so.
 */
export async function prepareHome(dataFolder: string): Promise<Home> {
  await mkdir(dataFolder, { recursive: true });
  const root = await realpath(dataFolder);
  const inside = join(root, 'postgres');
  const pointer = join(root, 'postgres.location');
  const moved = await readFile(pointer, 'utf8').then(
    text => text.trim(),
    () => undefined,
  );
  const first = chooseAccount(join(moved ?? inside, 'cluster'));
  const folder = moved ?? (canEnter(first, root) ? inside : outside(root));
  const account = chooseAccount(join(folder, 'cluster'));
  if (folder !== inside) await prepareSystemFolder();
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
  if (folder !== inside && !moved) await writeFile(pointer, `${folder}\n`);
  const cluster = join(folder, 'cluster');
  return {
    folder,
    cluster,
    log: join(folder, 'server.log'),
    password: join(cluster, 'service-manager.password'),
    programs: await preparePrograms(account),
    account,
  };
}

function outside(folder: string): string {
  return join(SYSTEM_FOLDER, createHash('sha256').update(folder).digest('hex').slice(0, 16));
}

/** The programs where npm put them, or a copy where that is a folder that the account cannot enter. */
async function preparePrograms(account: Account | undefined): Promise<string> {
  const { root, version } = findBinaries();
  if (canEnter(account, root)) return root;
  const copy = join(SYSTEM_FOLDER, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.${process.pid}`;
  await prepareSystemFolder();
  await cp(root, partial, { recursive: true, verbatimSymlinks: true });
  await openToAll(partial);
  // Another runtime may have been quicker: then its copy is as good as ours.
  await rename(partial, copy).catch(() => rm(partial, { recursive: true }));
  return copy;
}

async function prepareSystemFolder(): Promise<void> {
  await mkdir(SYSTEM_FOLDER, { recursive: true });
  await chmod(SYSTEM_FOLDER, 0o755);
}

/** Lets everyone read what a strict umask has made ours alone. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || entry.parentPath.endsWith('bin');
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}
