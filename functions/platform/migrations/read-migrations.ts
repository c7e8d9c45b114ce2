import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationFile } from './plan.ts';

/** The migrations of a folder: the numbered ones, then the repeatable ones of its `functions`. */
export function readMigrations(folder: string): MigrationFile[] {
  return [
    ...readNames(folder, /^\d{4}_\w+$/).map(name => read(folder, name, false)),
    ...readNames(join(folder, 'functions'), /^[a-z]\w*$/).map(name => read(folder, `functions/${name}`, true)),
  ];
}

/** What is called otherwise would be left out in silence. */
function readNames(folder: string, shape: RegExp): string[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.sql'));
  const names = files.map(file => file.slice(0, -'.sql'.length)).sort();
  const odd = names.find(name => !shape.test(name));
  if (odd !== undefined) throw new Error(`${join(folder, odd)}.sql is not named as a migration is (${shape.source}).`);
  return names;
}

function read(folder: string, name: string, repeatable: boolean): MigrationFile {
  return { name, sql: readFileSync(join(folder, `${name}.sql`), 'utf8'), repeatable };
}
