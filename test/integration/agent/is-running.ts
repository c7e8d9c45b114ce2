import { spawnSync } from 'node:child_process';

/** Whether a process is there and not a zombie: in a container, nobody may come to collect those. */
export function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
