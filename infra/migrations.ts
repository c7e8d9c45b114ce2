import { fileURLToPath } from 'node:url';
import type { MigrationFile } from '../functions/platform/migrations/plan.ts';
import { readMigrations } from '../functions/platform/migrations/read-migrations.ts';

export { hashMigrations } from '../functions/platform/migrations/hash.ts';

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** The repository's own. */
export const readOwnMigrations = (): MigrationFile[] => readMigrations(migrationsFolder);
