import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Program {
  readonly name: string;
  /** Settles once it has ended, with how. */
  readonly ended: Promise<string>;
  /** The last lines that it wrote, stdout and stderr together. */
  tail(count: number): readonly string[];
  /** The first match in what it writes from now on. Rejects when it ends, or `signal` fires, without one. */
  find(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray>;
  readonly pid: number | undefined;
  /** Asks it to end, and makes it end if it takes too long. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

interface ProgramOptions {
  readonly name: string;
  /** Its path, or a name on the PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

type OwnProgramOptions = Omit<ProgramOptions, 'command'> & {
  /** Below `infra/`. */
  readonly file: string;
};

const keptLines = 200;
const patienceMs = 15_000;

/** Starts a Node program of ours as a process of its own. */
export function startOwnProgram({ file, args, ...rest }: OwnProgramOptions): Program {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  return startProgram({ ...rest, command: process.execPath, args: [path, ...args] });
}

export function startProgram({ name, command, args, folder, env = {} }: ProgramOptions): Program {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...withoutOurs(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the whole group of the terminal, and a program that hears it twice gives up cleaning.
    detached: true,
  });
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', line => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      for (const listener of listeners) listener(line);
    });
  }
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(`${name} did not start: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(`${name} ended ${signal ? `by ${signal}` : `with exit code ${code}`}`),
    );
  });
  return {
    name,
    pid: child.pid,
    ended,
    tail: count => lines.slice(-count),
    find: (pattern, signal) =>
      new Promise((resolve, reject) => {
        const look = (line: string) => {
          const match = pattern.exec(line);
          if (match) resolve(match);
        };
        listeners.add(look);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        void ended.then(how => reject(new Error(how)));
      }),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The demo brings its own database and its own API, whatever the caller's shell points to. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(DATABASE_URL|PROMETHEUS_URL|SERVICE_MANAGER_.*|AWS_ENDPOINT_URL.*|npm_command)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}
