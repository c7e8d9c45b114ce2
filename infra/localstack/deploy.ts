import { findEmulator } from './emulator.ts';
import { deployProduct } from './product.ts';
import { runProgram } from './run-program.ts';

// npm run deploy:local: the environment `local`, into an emulator of AWS.
await runProgram(async () => {
  const emulator = findEmulator(process.argv.slice(2));
  const { url, dataApiUrl, adminTokenSecretArn } = await deployProduct(emulator);
  console.log(`
Service Manager is deployed.
  API          ${url}/v1
  Data API     ${dataApiUrl}`);
  if (emulator.isOpen) console.log(`\n  curl ${url}/v1/services`);
  else {
    console.log(`  admin token  in the secret ${adminTokenSecretArn}, and by npm run -s token:local

  curl -H "Authorization: Bearer $(npm run -s token:local)" ${url}/v1/services`);
  }
});
