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
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'dev-bundle',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
  LAMBDA_TASK_ROOT: '/var/task',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  _HANDLER: 'index.handler',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  TZ: ':UTC',
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
