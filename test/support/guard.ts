import { spawn } from 'node:child_process';

/** Outlives us: however we go, it then kills what we watched last, and removes the folder. */
export interface Guard {
  watch(pid: number | undefined): void;
  /** There is nothing left to end. */
  dismiss(): void;
}

export function guardFolder(folder: string): Guard {
  const script = [
    'while read -r pid; do [ -n "$pid" ] || exit; last=$pid; done',
    '[ -n "$last" ] && kill -KILL "$last" 2>/dev/null',
    'rm -rf "$1"',
  ].join('\n');
  const guard = spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return {
    watch: pid => {
      if (pid !== undefined) guard.stdin.write(`${pid}\n`);
    },
    dismiss: () => guard.stdin.end('\n'),
  };
}
