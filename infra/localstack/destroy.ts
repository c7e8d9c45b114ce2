import { findEmulator } from './emulator.ts';
import { destroyProduct } from './product.ts';
import { runProgram } from './run-program.ts';

// npm run destroy:local: what deploy:local made goes.
await runProgram(async () => {
  await destroyProduct(findEmulator(process.argv.slice(2)));
  console.log('Service Manager is removed.');
});
