import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './folders.ts';

/** Runs the CDK as its command line does. @throws when it fails; it has said why */
export async function runCdk(environment: Readonly<Record<string, string>>, args: readonly string[]): Promise<void> {
  const program = join(root, 'node_modules/aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [program, ...args], { cwd: root, env: environment, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`cdk ${args[0]} failed.`);
}
