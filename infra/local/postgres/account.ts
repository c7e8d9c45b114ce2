import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating system account that the server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. These accounts exist before anyone adds one; the first found is taken. */
const UNPRIVILEGED = ['nobody', 'postgres', 'daemon'];

/**
 * Chooses the account to run as: the present one (`undefined`), or, as root, the owner of the existing
 * cluster, or else an unprivileged account of the system.
 */
export function chooseAccount(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'));
  for (const name of UNPRIVILEGED) {
    const entry = entries.find(([login]) => login === name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(`PostgreSQL cannot run as root, and /etc/passwd has none of ${UNPRIVILEGED.join(', ')}`);
}

/** Whether the account may pass through a folder and all folders above it. The folder itself need not exist. */
export function canEnter(account: Account | undefined, folder: string): boolean {
  if (!account) return true;
  for (let path = folder; ; path = dirname(path)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && !maySearch(account, stats)) return false;
    if (path === dirname(path)) return true;
  }
}

function maySearch({ uid, gid }: Account, stats: Stats): boolean {
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & 1) === 1;
}
