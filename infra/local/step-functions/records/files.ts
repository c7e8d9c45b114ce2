import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineNameOf } from '../arn.ts';

/** The lines of a JSON Lines file that are whole: a process that is killed may leave half of the last one. */
export function readLines(text: string): unknown[] {
  const values: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      // The torn one.
    }
  }
  return values;
}

/** A file's text, empty if there is none. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Replaces a file as a whole: whoever reads it sees the old text or the new. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Where an execution's history is: names may differ in case alone, or hold what file names cannot. */
export function historyFile(folder: string, { name, machineArn, arn }: Record<'name' | 'machineArn' | 'arn', string>) {
  const readable = (text: string) => text.replace(/[^A-Za-z0-9._-]/g, '_');
  const machine = `${readable(machineNameOf(machineArn))}-${hashOf(machineArn)}`;
  return join(folder, 'executions', machine, `${readable(name)}-${hashOf(arn)}.jsonl`);
}
