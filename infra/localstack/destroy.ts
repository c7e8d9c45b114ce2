import { join } from 'node:path';
import { runCdk } from './cdk.ts';
import { findEmulator } from './emulator.ts';
import { folder } from './folders.ts';
import { removeHostDatabase } from './host-database.ts';
import { requireEmulator } from './require-emulator.ts';
import { runProgram } from './run-program.ts';

// npm run destroy:local: what deploy:local made goes, the database and what is in it too.
await runProgram(async () => {
  const emulator = findEmulator(process.argv.slice(2));
  const isGone = await requireEmulator(emulator).then(
    () => undefined,
    (error: Error) => error.message,
  );
  // Its stacks went with it.
  if (isGone) console.log(isGone);
  else {
    const output = ['--no-notices', '--output', join(folder, 'cdk.out')];
    await runCdk(emulator.environment, ['destroy', '--all', '--force', '--context', 'env=local', ...output]);
  }
  await removeHostDatabase(folder);
  console.log('Service Manager is removed.');
});
