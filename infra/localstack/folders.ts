import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a deployment in an emulator leaves on this machine: its database, and what the CDK wrote. */
export const folder = resolve(process.env['LOCALSTACK_DATA'] || join(root, '.data/localstack'));
