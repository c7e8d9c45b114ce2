import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { tasks } from '../../functions/tasks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  imports: Record<string, string>;
  dependencies: Record<string, string>;
};
const aliases = Object.entries(manifest.imports).map(([alias, target]) => [
  alias.replace('*', ''),
  target.replace('*', ''),
]);

/** Imports point inward. What is not listed may be imported by nobody of that place, types included. */
const rules: readonly { what: string; who: RegExp; mayImport: RegExp; because: string }[] = [
  {
    what: 'functions/domain',
    who: /^functions\/domain\//,
    mayImport: /^functions\/domain\//,
    because: 'decisions are pure: no clock, no AWS, no SQL',
  },
  {
    what: 'functions/data',
    who: /^functions\/data\//,
    mayImport: /^functions\/(domain\/|data\/|platform\/(database|sql)\.ts$)/,
    because: 'a statement knows the database and what its rows mean, nothing else',
  },
  {
    what: 'functions/platform',
    who: /^functions\/platform\//,
    mayImport: /^functions\/(domain|data|platform)\//,
    because: 'what all handlers stand on knows none of them',
  },
  {
    what: 'functions/tasks and functions/hooks',
    who: /^functions\/(tasks|hooks)\//,
    mayImport: /^functions\/(domain|data|platform|tasks|hooks)\//,
    because: 'the API and the workflows meet in the database',
  },
  {
    what: 'functions',
    who: /^functions\//,
    mayImport: /^(functions\/|package\.json$)/,
    because: 'what runs in Lambda knows nothing of where it runs',
  },
  {
    what: 'the wiring',
    who: /^infra\/(wiring|provisions|place|settings)\.ts$/,
    mayImport:
      /^(functions\/(routes|tasks|hooks|needs|domain\/([a-z-]+\/)?[a-z-]+)\.ts|infra\/(provisions|place|settings)\.ts)$/,
    because: 'AWS and the local runtime read the same wiring',
  },
  {
    what: 'infra/aws',
    who: /^infra\/aws\//,
    mayImport: /^(infra\/aws\/|infra\/[a-z-]+\.ts$|functions\/(routes|tasks|hooks|needs|domain\/roles)\.ts$)/,
    because: 'a stack is made from tables, and runs nothing',
  },
  {
    what: 'infra/local',
    who: /^infra\/local\//,
    mayImport:
      /^(infra\/local\/|infra\/[a-z-]+\.ts$|functions\/(routes|tasks|hooks|platform\/(new-token|migrations\/(migrate|ensure-admin-token)))\.ts$|package\.json$)/,
    because: 'the local runtime calls handlers as AWS would, by their files, and does what a deploy does',
  },
  {
    what: 'infra/localstack',
    who: /^infra\/localstack\//,
    mayImport:
      /^(infra\/localstack\/|infra\/place\.ts$|infra\/local\/(aws-endpoint|aws-service|data-api\/data-api|place|postgres\/start|prepare-database)\.ts$)/,
    because: 'all but the database runs in the emulator',
  },
  {
    what: 'infra/judge',
    who: /^infra\/judge\//,
    mayImport:
      /^(infra\/judge\/|functions\/domain\/(judge|analysis)\/|functions\/(api\/deployments\/analysis|platform\/faults)\.ts$)/,
    because: 'it judges by what a deployment asks for, without a database or a server',
  },
  {
    what: 'infra/replay',
    who: /^infra\/replay\//,
    mayImport:
      /^(infra\/replay\/|infra\/cli\/|infra\/agent\/http\.ts$|infra\/judge\/read-policy\.ts$|functions\/domain\/analysis\/)/,
    because: 'it judges as the engine does, from what the REST API gives',
  },
  {
    what: 'infra/agent and infra/cli',
    who: /^infra\/(agent|cli)\//,
    mayImport: /^(infra\/(agent|cli)\/|package\.json$)/,
    because: 'they use the REST API and nothing else',
  },
];

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Types alone: nothing is loaded. */
  readonly isType: boolean;
}

const sources = ['functions', 'infra'].flatMap(listSources);
const imports = sources.flatMap(listImports);

describe('imports', () => {
  test.each(rules)('of $what stay where they may go, because $because', ({ who, mayImport }) => {
    const inside = imports.filter(({ file }) => who.test(file));

    const astray = inside.filter(({ file, specifier }) => {
      const target = resolveOwn(file, specifier);
      return target !== undefined && !mayImport.test(target);
    });

    expect(sources.filter(file => who.test(file))).not.toEqual([]);
    expect(astray).toEqual([]);
  });

  test('of the tables load no handler, which would ask for its environment', () => {
    const loaded = listLoaded(['functions/routes.ts', 'functions/tasks.ts']);

    const handlers = [...Object.values(routes), ...Object.values(tasks)].map(({ file }) => join('functions', file));
    const unwanted = loaded.filter(file => handlers.includes(file) || file === 'functions/platform/env.ts');

    expect(unwanted).toEqual([]);
  });

  test('of packages by functions are dependencies, as what is installed without the tools', () => {
    const packages = imports
      .filter(({ file }) => file.startsWith('functions/'))
      .filter(({ specifier }) => /^[@a-z]/.test(specifier));

    const undeclared = packages.filter(({ specifier }) => {
      const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      // Types of Lambda's events, gone when it runs.
      return !specifier.startsWith('node:') && name !== 'aws-lambda' && !(name in manifest.dependencies);
    });

    expect(undeclared).toEqual([]);
  });
});

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(ts|mjs)$/.test(name))
    .map(name => `${folder}/${name}`);
}

/** Static and dynamic ones, and exports from elsewhere. */
function listImports(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /^(?:import|export) (type )?[^;'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map(([, type, from, bare, dynamic]) => ({
    file,
    specifier: from ?? bare ?? dynamic ?? '',
    isType: type !== undefined,
  }));
}

/** The files of ours that are loaded with these. */
function listLoaded(files: readonly string[]): readonly string[] {
  const loaded = new Set(files);
  // A set that grows while it is gone through is gone through to its end.
  for (const file of loaded) {
    for (const { specifier, isType } of imports.filter(of => of.file === file)) {
      const target = resolveOwn(file, specifier);
      if (target !== undefined && !isType) loaded.add(target);
    }
  }
  return [...loaded];
}

/** The path of a file of ours from the root; undefined for a package. */
function resolveOwn(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier));
  for (const [alias = '', target = ''] of aliases) {
    if (specifier.startsWith(alias)) return normalize(join(target, specifier.slice(alias.length)));
  }
  return undefined;
}
