import { cp } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** What of a function goes into its bundle: its id, and its file relative to `functions/`. */
export interface BundleSource {
  readonly id: string;
  readonly file: string;
  /** A folder of the repository that goes with it. */
  readonly folder?: string | undefined;
}

export interface Bundle {
  readonly id: string;
  /** Holds the bundle, and the folder that goes with it, and nothing else: what Lambda unpacks. */
  readonly folder: string;
  readonly file: string;
  readonly bytes: number;
  /** The files that it is made of, from the repository's root, with what each takes up in it in bytes. */
  readonly parts: Readonly<Record<string, number>>;
}

/** As Lambda's configuration names it: the export `handler` of `index.mjs`. */
export const handlerName = 'index.handler';

/**
 * The SDK imports these only when it is asked for their kind of credentials, and Lambda gives its functions theirs in the
 * environment: left out, a third of the Data API client is gone.
 */
const unusedCredentialProviders = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** The one definition of how a function is bundled, so that what is measured is what is deployed. */
export const bundleOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // The SDK's ES modules shake; its CommonJS ones, which `main` names, do not.
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  external: unusedCredentialProviders,
  logLevel: 'error',
} as const satisfies BuildOptions;

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles all functions at once, each into a folder of its own.
 * @throws with esbuild's messages when one does not build
 */
export async function bundleFunctions(sources: readonly BundleSource[], outFolder: string): Promise<readonly Bundle[]> {
  const { metafile } = await build({
    ...bundleOptions,
    entryPoints: Object.fromEntries(sources.map(({ id, file }) => [`${id}/index`, join(root, 'functions', file)])),
    absWorkingDir: root,
    outdir: outFolder,
    metafile: true,
  });
  for (const { id, folder } of sources) {
    if (folder) await cp(join(root, folder), join(outFolder, id, folder), { recursive: true });
  }
  return sources.map(({ id }) => {
    const folder = join(outFolder, id);
    const file = join(folder, 'index.mjs');
    const output = metafile.outputs[relative(root, file)];
    if (!output) throw new Error(`esbuild wrote no bundle of ${id}.`);
    const parts = Object.entries(output.inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]);
    return { id, folder, file, bytes: output.bytes, parts: Object.fromEntries(parts) };
  });
}
