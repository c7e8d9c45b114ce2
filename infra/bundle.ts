import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';

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
  /** Where it starts. */
  readonly file: string;
  /** Of all its code, what is loaded later included. */
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

type Output = Metafile['outputs'][string];

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles each function into a folder of its own. What it imports when it first needs it is in files apart, so that it starts
 * without. Each is built by itself: together, they would be cut up into all that any of them share.
 * @throws with esbuild's messages when one does not build
 */
export async function bundleFunctions(sources: readonly BundleSource[], outFolder: string): Promise<readonly Bundle[]> {
  return Promise.all(sources.map(source => bundleFunction(source, join(outFolder, source.id))));
}

async function bundleFunction({ id, file: source, folder: beside }: BundleSource, folder: string): Promise<Bundle> {
  const file = join(folder, 'index.mjs');
  const { metafile, outputFiles } = await build({
    ...bundleOptions,
    splitting: true,
    entryPoints: { index: join(root, 'functions', source) },
    absWorkingDir: root,
    outdir: folder,
    metafile: true,
    write: false,
  });
  const outputs = listLoadable(metafile, relative(root, file));
  await mkdir(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    if (outputs.has(relative(root, path))) await writeFile(path, contents);
  }
  if (beside) await cp(join(root, beside), join(folder, beside), { recursive: true });
  const parts: Record<string, number> = {};
  for (const [path, { bytesInOutput }] of [...outputs.values()].flatMap(({ inputs }) => Object.entries(inputs))) {
    parts[path] = (parts[path] ?? 0) + bytesInOutput;
  }
  const bytes = [...outputs.values()].reduce((sum, output) => sum + output.bytes, 0);
  return { id, folder, file, bytes, parts };
}

/** What can ever be loaded from this file: esbuild makes files of the imports, too, that it then drops. */
function listLoadable({ outputs }: Metafile, file: string): ReadonlyMap<string, Output> {
  const loadable = new Map<string, Output>();
  const add = (path: string) => {
    const output = outputs[path];
    if (!output) throw new Error(`esbuild wrote no ${path}.`);
    if (loadable.has(path)) return;
    loadable.set(path, output);
    for (const imported of output.imports) if (!imported.external) add(imported.path);
  };
  add(file);
  return loadable;
}
