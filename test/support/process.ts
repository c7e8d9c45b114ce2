import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFolder } from './folder.ts';

const PROGRAM = fileURLToPath(new URL('../../infra/local/main.ts', import.meta.url));

/** A running `npm start`. */
export interface ServerProcess {
  /** As it printed them, without `/v1`. */
  readonly url: string;
  readonly awsUrl: string;
  readonly pid: number;
  /** From its start until it said that it was ready. */
  readonly startMs: number;
  /** All that it has printed and logged so far. */
  output(): string;
  /** Ends it as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
  /** `kill -9`: what it started goes on. */
  kill(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Starts the program with these arguments, and waits until it is ready. @throws with what it said, if it ends before */
export async function startProcess(args: readonly string[], env: Environment = {}): Promise<ServerProcess> {
  const since = performance.now();
  const { child, ended, printed, output } = run(args, env);
  const ready = /API +(\S+)\/v1\s+AWS endpoint +(\S+)\n/;
  const [, url = '', awsUrl = ''] = await Promise.race([
    printed(ready),
    ended.then(({ code, stderr }) => {
      throw new Error(`it ended with ${code}: ${stderr}`);
    }),
  ]);
  const startMs = performance.now() - since;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await ended).code;
  };
  return {
    url,
    awsUrl,
    pid: child.pid ?? 0,
    startMs,
    output,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
  };
}

/** Runs the program to its end; @param killAfterMs or until it is killed */
export function runProcess(args: readonly string[], killAfterMs?: number, env: Environment = {}): Promise<Ended> {
  return run(args, env, killAfterMs).ended;
}

/** Runs the program until it logs this, and ends it as Ctrl-C does. */
export function interruptProcess(args: readonly string[], logged: string): Promise<Ended> {
  const { child, ended } = run(args, {});
  child.stderr.on('data', (text: string) => {
    if (text.includes(logged)) child.kill('SIGTERM');
  });
  return ended;
}

function run(args: readonly string[], env: Environment, killAfterMs?: number) {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: killAfterMs,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, stdout, stderr }));
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>(resolve => {
      child.stdout.on('data', () => {
        const found = pattern.exec(stdout);
        if (found) resolve(found);
      });
    });
  return { child, ended, printed, output: () => stdout + stderr };
}

/** A data folder, and the processes that use it one after another. */
export interface ServerHome {
  readonly data: string;
  /** Starts a server on the data, on free ports. */
  start(more?: readonly string[], env?: Environment): Promise<ServerProcess>;
  /** The process id of the PostgreSQL that runs on the data. */
  postgresPid(): Promise<number>;
  /** Ends what runs, and removes the data. */
  remove(): Promise<void>;
}

export async function createServerHome(): Promise<ServerHome> {
  const folder = await createFolder();
  const data = join(folder.path, 'data');
  const guard = guardAgainstOurEnd(data, folder.path);
  let last: ServerProcess | undefined;
  return {
    data,
    start: async (more = [], env = {}) => {
      last = await startProcess(['--port', '0', '--aws-port', '0', '--data', data, ...more], env);
      guard.stdin?.write(`${last.pid}\n`);
      return last;
    },
    postgresPid: async () => Number((await readFile(pidFile(data), 'utf8')).split('\n')[0]),
    remove: async () => {
      await last?.stop();
      // What it would end is gone.
      guard.stdin?.end('\n');
      await once(guard, 'close');
    },
  };
}

function pidFile(data: string): string {
  return join(data, 'postgres/cluster/postmaster.pid');
}

/** A shell that reads server ids from us until we are gone, however we go, and then ends the last one and removes all. */
function guardAgainstOurEnd(data: string, folder: string): ChildProcess {
  const script = [
    'while read -r pid; do last=$pid; done',
    '[ -n "$last" ] && kill -KILL "$last" 2>/dev/null',
    '[ -f "$1" ] && kill -QUIT "$(head -n 1 "$1")" 2>/dev/null',
    'rm -rf "$2"',
  ].join('\n');
  return spawn('/bin/sh', ['-c', script, 'sh', pidFile(data), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}
