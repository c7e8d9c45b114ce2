import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createStacks } from '../../infra/aws/create-stacks.ts';
import { readEnvironment } from '../../infra/aws/read-environment.ts';
import type { Bundle, BundleSource } from '../../infra/bundle.ts';
import { createFolder } from '../support/folder.ts';

const settings = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

export interface Templates {
  readonly stateful: Template;
  readonly stateless: Template;
}

export interface Synthesised extends Templates {
  readonly app: App;
}

/**
 * The templates that `cdk synth` writes with cdk.json's context, but for the hashes of the bundles. Rejects when resources
 * depend on each other in a circle.
 */
export async function synthesise(env: string, context: Readonly<Record<string, unknown>> = {}): Promise<Synthesised> {
  const output = await createFolder();
  try {
    const app = new App({ outdir: `${output.path}/cdk.out`, context: { ...settings.context, ...context, env } });
    const stacks = await createStacks(app, readEnvironment(app), functions => standIn(functions, output.path));
    return { app, stateful: Template.fromStack(stacks.stateful), stateless: Template.fromStack(stacks.stateless) };
  } finally {
    await output.remove();
  }
}

/** Bundles that say what they would be of: what esbuild makes of it is `bundles.test.ts`'s, and takes seconds. */
async function standIn(sources: readonly BundleSource[], outFolder: string): Promise<readonly Bundle[]> {
  return Promise.all(
    sources.map(async ({ id, file: source }) => {
      const folder = join(outFolder, 'bundles', id);
      const file = join(folder, 'index.mjs');
      await mkdir(folder, { recursive: true });
      await writeFile(file, source);
      return { id, folder, file, bytes: source.length, parts: {} };
    }),
  );
}
