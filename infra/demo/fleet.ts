import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiTarget } from '../agent/http.ts';
import { healthCommand, installCommand, journal } from './artifact.ts';
import { type Program, startOwnProgram } from './program.ts';

/** One running copy of the service: a folder, and the agent beside it. */
export interface Instance {
  readonly id: string;
  readonly agent: Program;
  /** Every version that was started here, in order: what really happened, whatever the API says. */
  readStarted(): Promise<readonly string[]>;
}

const zones = ['a', 'b', 'c'];

/** Starts the agents of `count` instances, each a process with a folder of its own. */
export async function startInstances(
  { url }: ApiTarget,
  service: string,
  count: number,
  folder: string,
): Promise<readonly Instance[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const id = `${service}-${String(i + 1).padStart(2, '0')}`;
      const home = join(folder, id);
      await mkdir(home, { recursive: true });
      return { id, agent: startAgent(url, service, id, i, home), readStarted: () => readLines(join(home, journal)) };
    }),
  );
}

function startAgent(url: string, service: string, id: string, index: number, folder: string): Program {
  const args = ['agent', '--url', url, '--service', service, '--id', id];
  args.push('--exec', installCommand, '--health-exec', healthCommand);
  args.push('--version-file', 'version', '--label', `zone=${zones[index % zones.length]}`);
  return startOwnProgram({ name: id, file: 'cli/main.mjs', args, folder });
}

async function readLines(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(line => line !== '');
}
