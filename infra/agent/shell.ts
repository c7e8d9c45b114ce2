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
const lookEveryMs = 50;
const drainMs = 250;

/** Runs `line` with `/bin/sh -c`, in a process group of its own. Never throws, and `done` never rejects. */
export function startShell(line: string, { env, timeoutMs, onOutput }: ShellOptions): ShellCommand {
  let child: ChildProcess;
  try {
    child = spawn(line, { shell: true, detached: true, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    // Such as an environment that is too large.
    const result = describeNoStart(error instanceof Error ? error.message : String(error));
    return { done: Promise.resolve({ ...result, output: '' }), kill: async () => {} };
  }
  const tail = createOutputTail();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Uint8Array) => {
      tail.push(chunk);
      onOutput?.(chunk);
    });
  }

  let killing: Promise<void> | undefined;
  const kill = () => {
    killing ??= killGroup(child.pid);
    return killing;
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void kill();
  }, timeoutMs);

  const finish = async ({ result, closed }: End): Promise<ShellResult> => {
    clearTimeout(timer);
    await killing;
    // A program left in the background keeps the pipe open, and is read on so that it can write: do not wait for it.
    await Promise.race([closed, sleep(drainMs, undefined, { ref: false })]);
    const late = { kind: 'timedOut', code: -1, reason: `timed out after ${timeoutMs / 1000} s` } as const;
    return { ...(isLate ? late : result), output: tail.text(2_000) };
  };
  return { done: waitForEnd(child).then(finish), kill };
}

type Result = Omit<ShellResult, 'output'>;
type End = { readonly result: Result; readonly closed: Promise<void> };

function waitForEnd(child: ChildProcess): Promise<End> {
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
  return new Promise(resolve => {
    child.once('exit', (code, signal) => resolve({ result: describeExit(code, signal), closed }));
    child.once('error', error => resolve({ result: describeNoStart(error.message), closed: Promise.resolve() }));
  });
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): Result {
  if (code === null) return { kind: 'killed', code: -1, reason: `killed by ${signal}` };
  return { kind: 'exited', code, reason: `exit code ${code}` };
}

function describeNoStart(reason: string): Result {
  return { kind: 'notStarted', code: -1, reason };
}

/** The shell ends at once, what it has started may need its time: so the whole group is waited for. */
async function killGroup(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  const killAt = Date.now() + graceMs;
  signalGroup(pid, 'SIGTERM');
  while (signalGroup(pid, 0) && Date.now() < killAt) await sleep(lookEveryMs);
  signalGroup(pid, 'SIGKILL');
}

/** Whether there was anyone to signal; 0 only asks. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
