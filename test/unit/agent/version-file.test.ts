import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVersionFile, writeVersionFile } from '../../../infra/agent/version-file.ts';
import { makeFolder } from '../../integration/agent/make-folder.ts';

describe('the version file', () => {
  it('says nothing where it is missing or empty', async () => {
    await using folder = await makeFolder();
    await writeFile(join(folder.path, 'empty'), '\n');

    expect(await readVersionFile(join(folder.path, 'missing'))).toBeUndefined();
    expect(await readVersionFile(join(folder.path, 'empty'))).toBeUndefined();
  });

  it('says what was written last, and leaves nothing else behind', async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'version');

    await writeVersionFile(path, '1.0.0');
    await writeVersionFile(path, '1.1.0');

    expect(await readVersionFile(path)).toBe('1.1.0');
    expect(await readdir(folder.path)).toEqual(['version']);
  });

  it('is never seen half written', async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'version');
    const versions = ['a'.repeat(200), 'b'.repeat(100)];
    await writeVersionFile(path, versions[0] ?? '');
    const seen = new Set<string>();

    const writing = (async () => {
      for (let i = 0; i < 40; i += 1) await writeVersionFile(path, versions[i % 2] ?? '');
    })();
    for (let i = 0; i < 100; i += 1) seen.add((await readFile(path, 'utf8')).trim());
    await writing;

    expect([...seen].every(version => versions.includes(version))).toBe(true);
  });

  it('that cannot be read is an error, not an empty one', async () => {
    await using folder = await makeFolder();
    await mkdir(join(folder.path, 'version'));

    await expect(readVersionFile(join(folder.path, 'version'))).rejects.toThrow('EISDIR');
    await expect(writeVersionFile(join(folder.path, 'version'), '1')).rejects.toThrow();
    expect(await readdir(folder.path)).toEqual(['version']);
  });
});
