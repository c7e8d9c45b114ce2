import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleFunctions, bundleOptions } from '../../infra/bundle.ts';
import { localPlace } from '../../infra/local/place.ts';
import { wireFunctions } from '../../infra/wiring.ts';
import { lambdaEnvironment, runNode } from '../infra/run-node.ts';
import { createFolder } from '../support/folder.ts';
import type { Figure } from './figure.ts';

interface Module {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

const rounds = 15;

/**
 * How much work it is to load each function, as a multiple of a bare bundle that makes a Data API client, and how large it is.
 * Each is loaded in turn with the bare one, in a process of its own. Takes about 100 ms for each of the loads: 30 for a
 * function.
 */
export async function measureInit(): Promise<Figure[]> {
  const folder = await createFolder();
  try {
    const functions = wireFunctions(localPlace('servicemanager'));
    const bundles = await bundleFunctions(functions, folder.path);
    const bare: Module = { file: await bundleBareClient(folder.path), environment: {} };
    const inits: Figure[] = [];
    for (const { id, environment } of functions) {
      const { file = '' } = bundles.find(bundle => bundle.id === id) ?? {};
      inits.push({ name: `init of ${id} ÷ bare client`, value: await compare({ file, environment }, bare), unit: '×' });
    }
    const sizes = bundles.map(({ id, bytes }) => ({ name: `size of ${id}`, value: bytes / 1000, unit: 'KB' }));
    return [
      ...inits,
      ...sizes,
      { name: 'init ÷ bare client, worst function', value: worst(inits), unit: '×', limit: 1.3 },
      { name: 'size, worst function', value: worst(sizes), unit: 'KB', limit: 350 },
    ];
  } finally {
    await folder.remove();
  }
}

/** With the options of the functions, in one file: a measure that stays the same however they are cut up. */
async function bundleBareClient(folder: string): Promise<string> {
  const file = join(folder, 'bare', 'index.mjs');
  await build({
    ...bundleOptions,
    stdin: {
      contents:
        "import { RDSDataClient } from '@aws-sdk/client-rds-data'; export const client = new RDSDataClient({});",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    outfile: file,
  });
  return file;
}

/** The least of each, taken in turn: loading is the same work every time, so what is more is the machine's other business. */
async function compare(subject: Module, bare: Module): Promise<number> {
  const least = { subject: Number.POSITIVE_INFINITY, bare: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round += 1) {
    least.bare = Math.min(least.bare, await load(bare));
    least.subject = Math.min(least.subject, await load(subject));
  }
  return least.subject / least.bare;
}

/**
 * Microseconds that the import takes, Node's own start not counted: those that its thread works, which are nearly all of
 * them when nothing else runs, and the same when something does.
 */
async function load({ file, environment }: Module): Promise<number> {
  const script = `const begin = process.threadCpuUsage();
    await import(${JSON.stringify(pathToFileURL(file))});
    const { user, system } = process.threadCpuUsage(begin);
    console.log(user + system)`;
  return Number(await runNode(script, { ...lambdaEnvironment, ...environment }));
}

function worst(figures: readonly Figure[]): number {
  return Math.max(...figures.map(({ value }) => value));
}
