import { readAdminToken, readDeployed } from './deployed.ts';
import { findEmulator } from './emulator.ts';
import { runProgram } from './run-program.ts';

// npm run -s token:local: the first admin token, for whoever calls the deployed API.
await runProgram(async () => {
  const emulator = findEmulator(process.argv.slice(2));
  console.log(await readAdminToken(emulator, await readDeployed(emulator)));
});
