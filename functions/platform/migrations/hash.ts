import { createHash } from 'node:crypto';
import { checksum, type MigrationFile } from './plan.ts';

/** Names a release by its migrations: another text, a new file or a missing one is another hash. */
export function hashMigrations(files: readonly MigrationFile[]): string {
  const lines = files.map(file => `${file.name} ${checksum(file)}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
