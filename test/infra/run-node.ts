import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What Lambda sets for every function, and a network that is not there. */
export const lambdaEnvironment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDBUNDLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
};

/**
 * Runs a module's text in a Node that inherits nothing, away from any `node_modules`; answers what it prints.
 * Rejects with what it says on standard error when it fails.
 */
export async function runNode(script: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: tmpdir(),
    env: { ...environment },
    timeout: 30_000,
  });
  return stdout;
}
