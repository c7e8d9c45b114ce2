import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOutputTail } from './output-tail.ts';

export type ShellResult = {
  readonly kind: 'exited' | 'killed' | 'timedOut' | 'notStarted';
  /** The exit code where it exited by itself, else -1. */
  readonly code: number;
  /** `exit code 3`, `killed by SIGKILL`, `timed out after 600 s`, … */
  readonly reason: string;
  /** The end of stdout and stderr together, at most 2,000 characters. */
  readonly output: string;
};

export type ShellCommand = {
  readonly done: Promise<ShellResult>;
  /** Ends the command and all that it started: SIGTERM, and SIGKILL for what is left after `graceMs`. */
  kill(): Promise<void>;
};

type ShellOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly onOutput?: (chunk: Uint8Array) => void;
};

const graceMs = 2_000;
const drainMs = 250;

/** Runs `line` with `/bin/sh -c`, in a process group of its own. `done` never rejects. */
export function startShell(line: string, { env, timeoutMs, onOutput }: ShellOptions): ShellCommand {
  const child = spawn(line, { shell: true, detached: true, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const tail = createOutputTail();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Uint8Array) => {
      tail.push(chunk);
      onOutput?.(chunk);
    });
  }

  const ended = waitForEnd(child);
  const kill = () => killGroup(child.pid, ended);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void kill();
  }, timeoutMs);

  const done = ended.then(async end => {
    clearTimeout(timer);
    // A program left in the background keeps the pipe open, and is read on so that it can write: do not wait for it.
    await Promise.race([end.closed, sleep(drainMs, undefined, { ref: false })]);
    const late = { kind: 'timedOut', code: -1, reason: `timed out after ${timeoutMs / 1000} s` } as const;
    return { ...(isLate ? late : end.result), output: tail.text(2_000) };
  });
  return { done, kill };
}

type End = { readonly result: Omit<ShellResult, 'output'>; readonly closed: Promise<void> };

function waitForEnd(child: ChildProcess): Promise<End> {
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
  return new Promise(resolve => {
    child.once('exit', (code, signal) => {
      const result =
        code === null
          ? ({ kind: 'killed', code: -1, reason: `killed by ${signal}` } as const)
          : ({ kind: 'exited', code, reason: `exit code ${code}` } as const);
      resolve({ result, closed });
    });
    child.once('error', error => {
      resolve({ result: { kind: 'notStarted', code: -1, reason: error.message }, closed: Promise.resolve() });
    });
  });
}

async function killGroup(pid: number | undefined, ended: Promise<unknown>): Promise<void> {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  await Promise.race([ended, sleep(graceMs)]);
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}
