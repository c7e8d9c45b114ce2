import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { MigrationFile } from '../functions/platform/migrations/plan.ts';
import { readMigrations } from '../functions/platform/migrations/read-migrations.ts';

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** The repository's own. */
export const readOwnMigrations = (): MigrationFile[] => readMigrations(migrationsFolder);

/** Another one when any of them is added, changed or renamed. */
export function hashMigrations(files: readonly MigrationFile[]): string {
  const contents = files.map(({ name, sql }) => [name, sql]);
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex');
}
