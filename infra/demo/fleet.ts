import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiTarget } from '../agent/http.ts';
import { type Program, startOwnProgram } from './program.ts';

/** One running copy of the service: a folder, and the agent beside it. */
export interface Instance {
  readonly id: string;
  readonly agent: Program;
  /** Every version that was started here, in order: what really happened, whatever the API says. */
  readStarted(): Promise<readonly string[]>;
}

/** Shell commands that an agent runs in the folder of its instance. */
export interface Commands {
  /** It is to note the version in the journal. */
  readonly install: string;
  readonly health: string;
}

/** Where each version that was started on an instance is noted, one a line. */
export const journal = 'started';

const zones = ['a', 'b', 'c'];

export function listInstances(service: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${service}-${String(at + 1).padStart(2, '0')}`);
}

/** Starts the agents of instances, each a process with a folder of its own. */
export async function startInstances(
  { url }: ApiTarget,
  service: string,
  ids: readonly string[],
  folder: string,
  commands: Commands,
): Promise<readonly Instance[]> {
  return Promise.all(
    ids.map(async (id, at) => {
      const home = join(folder, id);
      await mkdir(home, { recursive: true });
      const args = ['agent', '--url', url, '--service', service, '--id', id];
      args.push('--exec', commands.install, '--health-exec', commands.health);
      args.push('--version-file', 'version', '--label', `zone=${zones[at % zones.length]}`);
      return { id, agent: startAgent(id, args, home), readStarted: () => readLines(join(home, journal)) };
    }),
  );
}

function startAgent(id: string, args: readonly string[], folder: string): Program {
  return startOwnProgram({ name: id, file: 'cli/main.mjs', args, folder });
}

async function readLines(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(line => line !== '');
}
