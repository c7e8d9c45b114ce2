import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** An emulator on the machine of the tests: both share its processors. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/e2e/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
