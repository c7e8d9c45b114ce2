import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { readAdminToken, readDeployed } from '../../infra/localstack/deployed.ts';
import { findEmulator } from '../../infra/localstack/emulator.ts';
import { requireEmulator } from '../../infra/localstack/require-emulator.ts';
import { runProgram } from '../../infra/localstack/run-program.ts';
import { covers, differences, toPattern } from './differences.ts';

// npm run test:localstack: the end-to-end suite, against what npm run deploy:local has deployed.
await runProgram(async () => {
  const emulator = findEmulator(process.argv.slice(2));
  await requireEmulator(emulator);
  const deployed = await readDeployed(emulator);
  const isOpen = await isLetIn(deployed.url);
  const token = await readAdminToken(emulator, deployed);
  Object.assign(process.env, {
    E2E_URL: deployed.url,
    ...(isOpen ? {} : { E2E_TOKEN: token }),
    E2E_AWS_URL: emulator.url,
    E2E_PATIENCE: '90',
  });

  const leftOut = differences.filter(({ isOfOpen = false }) => isOpen || !isOfOpen);
  const config = fileURLToPath(new URL('./localstack.config.ts', import.meta.url));
  const vitest = await startVitest([], { run: true, config, testNamePattern: toPattern(leftOut) });
  const names = vitest.state
    .getTestModules()
    .flatMap(({ children }) => [...children.allTests()].map(({ fullName }) => fullName));
  await vitest.close();

  console.log('Left out, since an emulator is not AWS:');
  for (const { case: name, why } of leftOut) console.log(`  ${name}: ${why}`);
  const unknown = differences.filter(({ case: name }) => !names.some(fullName => covers(name, fullName)));
  if (unknown.length > 0) throw new Error(`No test has the name ${unknown.map(({ case: name }) => name).join(', ')}`);
});

/** Whether it takes a request without a token. */
async function isLetIn(url: string): Promise<boolean> {
  const { status } = await fetch(`${url}/v1/services?limit=1`);
  return status === 200;
}
