import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process of this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The name of a process's program; empty when there is none, or only the entry of a dead one that its parent has not read. */
export function programOf(pid: number): string {
  const [, name = '', state] = describeProcess(pid);
  return state === 'Z' ? '' : name;
}

function describeProcess(pid: number): readonly string[] {
  try {
    if (process.platform === 'linux') return /\((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const text = execFileSync('ps', ['-o', 'stat=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, state = '', name = ''] = /^(\S)\S*\s+(.*)$/.exec(text.trim()) ?? [];
    return [text, name, state];
  } catch {
    return [];
  }
}
