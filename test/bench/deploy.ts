import { once } from 'node:events';
import { appendFile, cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startCdk } from '../../infra/localstack/cdk.ts';
import { hasDeployed } from '../../infra/localstack/deployed.ts';
import { type Emulator, findEmulator } from '../../infra/localstack/emulator.ts';
import { root } from '../../infra/localstack/folders.ts';
import { deployArguments, deployProduct, destroyProduct } from '../../infra/localstack/product.ts';
import { requireEmulator } from '../../infra/localstack/require-emulator.ts';
import { createFolder } from '../support/folder.ts';
import type { Figure } from './figure.ts';

/** All that the CDK app reads. */
const parts = ['functions', 'infra', 'migrations', 'statemachines', 'cdk.json', 'package.json', 'tsconfig.json'];

/** What a deploy takes when nothing has changed, and when one function has, into the emulator that there is. */
export async function measureDeploy(): Promise<readonly Figure[]> {
  const emulator = findEmulator([]);
  try {
    await requireEmulator(emulator);
  } catch (error) {
    console.log(`  left out: ${error instanceof Error ? error.message : error}`);
    return [];
  }
  const wasDeployed = await hasDeployed();
  const copy = await createFolder();
  try {
    const { dataApiUrl } = await deployProduct(emulator);
    for (const part of parts) await cp(join(root, part), join(copy.path, part), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy.path, 'node_modules'));
    const unchanged = await deploy(emulator, copy.path, dataApiUrl);
    await appendFile(join(copy.path, 'functions/api/services/list.ts'), "\nconsole.debug('changed');\n");
    const changed = await deploy(emulator, copy.path, dataApiUrl);
    return [
      { name: 'cdk deploy without a change', value: unchanged.seconds, unit: 's' },
      { name: 'resources touched without a change', value: unchanged.touched, unit: 'resources', limit: 0 },
      { name: 'cdk deploy with one function changed', value: changed.seconds, unit: 's' },
      { name: 'resources touched with one function changed', value: changed.touched, unit: 'resources', limit: 1 },
    ];
  } finally {
    await (wasDeployed ? deployProduct(emulator) : destroyProduct(emulator));
    await copy.remove();
  }
}

/** @throws with what the CDK said, when it fails */
async function deploy(emulator: Emulator, app: string, dataApiUrl: string) {
  const begin = performance.now();
  const child = startCdk(emulator, [...deployArguments(emulator, dataApiUrl), '--progress', 'events'], app, 'pipe');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`cdk deploy failed:\n${said}`);
  return { seconds: (performance.now() - begin) / 1000, touched: countTouched(said) };
}

/** Of its events, those that say that a resource other than the stack has been changed. */
function countTouched(said: string): number {
  const events = said.matchAll(
    /\| (?:CREATE|UPDATE|DELETE)_COMPLETE +\| (?!AWS::CloudFormation::Stack )\S+ +\| (.+)$/gm,
  );
  return new Set([...events].map(([, resource]) => resource)).size;
}
