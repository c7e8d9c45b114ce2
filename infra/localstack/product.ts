import { join } from 'node:path';
import { madeUpAccount } from '../place.ts';
import { runCdk } from './cdk.ts';
import { type Deployed, outputsFile, readDeployed } from './deployed.ts';
import type { Emulator } from './emulator.ts';
import { folder } from './folders.ts';
import { ensureHostDatabase, removeHostDatabase } from './host-database.ts';
import { mendApi } from './mend-api.ts';
import { migrateHostDatabase } from './migrate-host-database.ts';
import { requireEmulator } from './require-emulator.ts';

const common = ['--context', 'env=local', '--no-notices', '--output', join(folder, 'cdk.out')];

/** What `cdk deploy` is told. @param dataApiUrl as functions in the emulator reach it */
export function deployArguments({ isOpen }: Emulator, dataApiUrl: string): readonly string[] {
  const approved = ['--require-approval', 'never', '--outputs-file', outputsFile];
  const context = ['--context', `dataApiUrl=${dataApiUrl}`, '--context', `open=${isOpen}`];
  return ['deploy', '--all', ...approved, ...context, ...common];
}

/** Deploys the environment `local`, and starts its database unless it runs. Again and again does no harm. */
export async function deployProduct(emulator: Emulator): Promise<Deployed & { readonly dataApiUrl: string }> {
  await requireEmulator(emulator);
  // Where containers do not share this machine's loopback address, they need another to get here by.
  const { host, port } = await ensureHostDatabase(folder, process.env['DATA_API_HOST'] || '127.0.0.1');
  const dataApiUrl = process.env['DATA_API_URL'] || `http://${host}:${port}`;
  // In place of the custom resource that does it elsewhere.
  if (emulator.isOpen) await migrateHostDatabase(`http://${host}:${port}`);
  const { accountID, region } = madeUpAccount;
  await runCdk(emulator, ['bootstrap', `aws://${accountID}/${region}`, ...common]);
  await runCdk(emulator, deployArguments(emulator, dataApiUrl));
  const deployed = await readDeployed(emulator);
  await mendApi(emulator, deployed.apiID);
  return { ...deployed, dataApiUrl };
}

/** Removes all of it, the database and what is in it too. */
export async function destroyProduct(emulator: Emulator): Promise<void> {
  const isGone = await requireEmulator(emulator).then(
    () => undefined,
    (error: Error) => error.message,
  );
  // Its stacks went with it.
  if (isGone) console.log(isGone);
  else await runCdk(emulator, ['destroy', '--all', '--force', ...common]);
  await removeHostDatabase(folder);
}
