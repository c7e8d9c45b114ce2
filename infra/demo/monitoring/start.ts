import { type Program, startProgram } from '../program.ts';

/** A Prometheus or an Alertmanager that runs. */
export interface MonitoringProgram {
  readonly program: Program;
  /** As `http://127.0.0.1:40001`. */
  readonly url: string;
}

interface StartOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** What it logs once it answers, apart from its address. */
  readonly ready?: RegExp;
}

const patienceMs = 30_000;

/** Starts one of the two, which log alike, and waits until it answers. @throws with what it said last if it does not */
export async function startMonitoring({ ready, ...options }: StartOptions): Promise<MonitoringProgram> {
  const program = startProgram(options);
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const [[, address]] = await Promise.all([
      program.find(/msg="Listening on" address=(\S+)/, patience),
      ready && program.find(ready, patience),
    ]);
    return { program, url: `http://${address}` };
  } catch (error) {
    await program.kill();
    const said = program.tail(5).map(line => `\n  ${line}`);
    throw new Error(`${options.name} does not run: ${error instanceof Error ? error.message : error}${said.join('')}`);
  }
}
