import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from '../bundle.ts';
import { createStacks } from './create-stacks.ts';
import { readEnvironment } from './read-environment.ts';

// What `cdk` runs, with `--context env=prod` for another environment than cdk.json's.
const app = new App();
const bundleFolder = await mkdtemp(join(tmpdir(), 'service-manager-bundles-'));
try {
  await createStacks(app, readEnvironment(app), functions => bundleFunctions(functions, bundleFolder));
  app.synth();
} finally {
  // The assembly holds copies.
  await rm(bundleFolder, { recursive: true });
}
