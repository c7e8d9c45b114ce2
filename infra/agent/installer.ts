import type { FailedAttempt } from './decide.ts';
import { takeEnd } from './output-tail.ts';
import type { Desired, Outcome } from './report.ts';
import { type ShellCommand, type ShellResult, startShell } from './shell.ts';
import { writeVersionFile } from './version-file.ts';

export type InstallerOptions = {
  readonly service: string;
  readonly id: string;
  readonly exec: string;
  readonly execTimeoutMs: number;
  readonly version: string | null;
  readonly versionFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
};

type InstallerRuntime = {
  log(text: string): void;
  output(chunk: Uint8Array): void;
  /** Called when an attempt has ended and `outcome` tells how. */
  ended(): void;
};

/** Brings the instance to a version with the user's command, one attempt at a time, and knows what is installed. */
export class Installer {
  readonly #options: InstallerOptions;
  readonly #runtime: InstallerRuntime;
  #running: { command: ShellCommand; finished: Promise<void> } | undefined;
  #isStopping = false;
  version: string | null;
  failed: FailedAttempt | undefined;
  /** How the last attempt ended, until the API has been told. */
  outcome: Outcome | undefined;

  constructor(options: InstallerOptions, runtime: InstallerRuntime) {
    this.#options = options;
    this.#runtime = runtime;
    this.version = options.version;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Starts the command for `version`; its end changes `version`, `failed` and `outcome`, and calls `ended`. */
  start(version: string, { artifact, deployID }: Desired): void {
    const { service, id, exec, execTimeoutMs, env } = this.#options;
    this.#runtime.log(`installing ${version} over ${this.version ?? 'nothing'}${deployID ? ` for ${deployID}` : ''}`);
    const startedAt = Date.now();
    const command = startShell(exec, {
      env: {
        ...env,
        SERVICE_MANAGER_SERVICE: service,
        SERVICE_MANAGER_INSTANCE: id,
        SERVICE_MANAGER_VERSION: version,
        SERVICE_MANAGER_PREVIOUS_VERSION: this.version ?? '',
        SERVICE_MANAGER_ARTIFACT: artifact ?? '',
        SERVICE_MANAGER_DEPLOYMENT_ID: deployID ?? '',
      },
      timeoutMs: execTimeoutMs,
      onOutput: this.#runtime.output,
    });
    const finished = command.done.then(async result => {
      // What fails while its host shuts down is no verdict on the version: the next agent tries again.
      if (result.code === 0 || !this.#isStopping) await this.#finish(result, version, deployID, startedAt);
      this.#running = undefined;
      this.#runtime.ended();
    });
    this.#running = { command, finished };
  }

  /** Waits for a running command up to `ms`, then kills it with all it has started. Its success still counts. */
  async stop(ms: number): Promise<void> {
    this.#isStopping = true;
    if (!this.#running) return;
    const { command, finished } = this.#running;
    this.#runtime.log(`stopping: waiting up to ${ms / 1000} s for the command to end`);
    const timer = setTimeout(() => {
      this.#runtime.log('stopping: killing the command');
      void command.kill();
    }, ms);
    await finished;
    clearTimeout(timer);
  }

  async #finish(result: ShellResult, version: string, deployID: string | undefined, startedAt: number): Promise<void> {
    const took = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    const attempt = deployID === undefined ? {} : { deployID };
    if (result.code === 0) {
      // Kept before it is told: an agent that dies in between must not fall back behind its report.
      await this.#remember(version);
      this.version = version;
      this.failed = undefined;
      this.outcome = { outcome: 'succeeded', ...attempt };
      this.#runtime.log(`installed ${version} in ${took}`);
      return;
    }
    const isAgain = this.failed?.version === version && this.failed.deployID === deployID;
    const tries = isAgain && this.failed ? this.failed.tries + 1 : 1;
    this.failed = { version, deployID, tries, endedAt: Date.now() };
    this.outcome = { outcome: 'failed', ...attempt, message: describeFailure(result) };
    const lastLine = result.output.split('\n').at(-1);
    this.#runtime.log(`failed to install ${version} after ${took}: ${result.reason}${lastLine ? `: ${lastLine}` : ''}`);
  }

  async #remember(version: string): Promise<void> {
    const { versionFile } = this.#options;
    if (versionFile === undefined) return;
    try {
      await writeVersionFile(versionFile, version);
    } catch (error) {
      this.#runtime.log(`cannot write ${versionFile}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** What the command said last; where that does not tell why it ended, the reason too. At most 2,000 characters. */
function describeFailure({ kind, output, reason }: ShellResult): string {
  if (output === '') return reason;
  if (kind === 'exited') return output;
  return `${takeEnd(output, 1_999 - reason.length)}\n${reason}`;
}
