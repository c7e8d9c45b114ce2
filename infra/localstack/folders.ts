import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the deployment in the emulator leaves on this machine. */
export const folder = join(root, '.data/localstack');
