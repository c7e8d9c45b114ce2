import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Emulator } from './emulator.ts';
import { root } from './folders.ts';

/** The CDK's program, led to an emulator. @param cwd holds the app: a copy of this repository if not itself */
export function startCdk(
  { environment }: Emulator,
  args: readonly string[],
  cwd: string,
  stdio: 'inherit' | 'pipe',
): ChildProcess {
  const program = join(root, 'node_modules/aws-cdk/bin/cdk');
  return spawn(process.execPath, [program, ...args], { cwd, env: environment, stdio });
}

/** Runs the CDK as its command line does. @throws when it fails; it has said why */
export async function runCdk(emulator: Emulator, args: readonly string[]): Promise<void> {
  const [code] = (await once(startCdk(emulator, args, root, 'inherit'), 'close')) as [number | null];
  if (code !== 0) throw new Error(`cdk ${args[0]} failed.`);
}
