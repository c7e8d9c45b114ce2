import { execFile } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createLambda } from '../../../infra/local/lambda/create-lambda.ts';
import type { FunctionSpec } from '../../../infra/local/lambda/function-spec.ts';
import { ACCOUNT, REGION, specify } from './harness.ts';

function start(...functions: FunctionSpec[]) {
  return createLambda({ region: REGION, accountId: ACCOUNT, functions });
}

test('a module that fails to load is reported at each call, and loaded anew by the next', async () => {
  const lambda = start(specify('second', 'loads-second.ts'));
  delete process.env['LOADS_SECOND'];

  const first = await lambda.invoke('second', {});
  const second = await lambda.invoke('second', {});
  process.env['LOADS_SECOND'] = 'yes';
  const third = await lambda.invoke('second', {});

  for (const failed of [first, second]) {
    expect(failed.functionError).toBe('Unhandled');
    expect(JSON.parse(failed.payload)).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'LOADS_SECOND is missing',
    });
  }
  expect(third).toMatchObject({ payload: '"loaded"' });
});

test.each([
  ['is not there', 'nowhere.ts', 'Runtime.ImportModuleError'],
  ['exports no handler', 'no-handler.ts', 'Runtime.HandlerNotFound'],
])('a module that %s is reported by the name of the runtime', async (_, file, errorType) => {
  const lambda = start(specify('wrong', file));

  const result = await lambda.invoke('wrong', {});

  expect(result.functionError).toBe('Unhandled');
  expect(JSON.parse(result.payload)).toMatchObject({ errorType });
});

// In a Node process of its own: the test runner parses modules itself, with errors of its own.
test('a module with a syntax error is reported as such, and works once it is mended', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'lambda-'));
  const script = fileURLToPath(new URL('./fixtures/call-broken.ts', import.meta.url));

  const { stdout } = await promisify(execFile)(process.execPath, [script, join(folder.path, 'handler.mjs')]);

  expect(JSON.parse(stdout)).toEqual(['Runtime.UserCodeSyntaxError', '"mended"']);
});

test('two functions cannot want different values of one variable', () => {
  const one = specify('one', 'echo.ts', { environment: { SAME: 'a', TABLE: 'x' } });
  const two = specify('two', 'echo.ts', { environment: { SAME: 'a', TABLE: 'y' } });

  expect(() => start(one, two)).toThrow('one and two want different values of TABLE in one process');
});
