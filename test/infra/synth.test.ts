import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentNames } from '../../infra/aws/environments.ts';
import { createFolder, type Folder } from '../support/folder.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');

let folder: Folder;

beforeAll(async () => {
  folder = await createFolder();
});

afterAll(() => folder.remove());

test.each(environmentNames)(
  '`cdk synth` makes the stacks of %s without credentials, account or region',
  async env => {
    const output = `${folder.path}/${env}`;

    await synth(env, output);

    expect(
      readdirSync(output)
        .filter(file => file.endsWith('.template.json'))
        .toSorted(),
    ).toEqual([`${env}-service-manager-data.template.json`, `${env}-service-manager.template.json`]);
  },
  120_000,
);

test('`cdk synth` of an environment that there is not fails, and names those that there are', async () => {
  const failing = synth('staging', `${folder.path}/staging`);

  await expect(failing).rejects.toThrow('The context key env must be one of dev, prod, local, not staging');
}, 120_000);

/** In a process that knows nothing of AWS: it has where Node is, and a home without a file in it. */
async function synth(env: string, output: string): Promise<void> {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  await execute(process.execPath, [cdk, 'synth', '--quiet', '--context', `env=${env}`, '--output', output], {
    cwd: root,
    env: { PATH: path, HOME: folder.path, AWS_EC2_METADATA_DISABLED: 'true' },
  });
}
