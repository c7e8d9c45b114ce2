import { join } from 'node:path';
import { madeUpAccount } from '../place.ts';
import { runCdk } from './cdk.ts';
import { outputsFile, readDeployed } from './deployed.ts';
import { findEmulator } from './emulator.ts';
import { folder } from './folders.ts';
import { ensureHostDatabase } from './host-database.ts';
import { mendApi } from './mend-api.ts';
import { requireEmulator } from './require-emulator.ts';
import { runProgram } from './run-program.ts';

// npm run deploy:local: the environment `local`, into an emulator of AWS. Again and again does no harm.
await runProgram(async () => {
  const emulator = findEmulator(process.argv.slice(2));
  await requireEmulator(emulator);
  // Where containers do not share this machine's loopback address, they need another to get here by.
  const { host, port } = await ensureHostDatabase(folder, process.env['DATA_API_HOST'] || '127.0.0.1');
  const dataApiUrl = process.env['DATA_API_URL'] || `http://${host}:${port}`;

  const { accountID, region } = madeUpAccount;
  const context = ['--context', 'env=local', '--context', `dataApiUrl=${dataApiUrl}`];
  const common = [...context, '--no-notices', '--output', join(folder, 'cdk.out')];
  await runCdk(emulator.environment, ['bootstrap', `aws://${accountID}/${region}`, ...common]);
  const approved = ['--require-approval', 'never', '--outputs-file', outputsFile];
  await runCdk(emulator.environment, ['deploy', '--all', ...approved, ...common]);

  const { apiID, url, adminTokenSecretArn } = await readDeployed(emulator);
  await mendApi(emulator, apiID);
  console.log(`
Service Manager is deployed.
  API          ${url}/v1
  Data API     ${dataApiUrl}
  admin token  in the secret ${adminTokenSecretArn}, and by npm run -s token:local

  curl -H "Authorization: Bearer $(npm run -s token:local)" ${url}/v1/services`);
});
