import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHarness } from './harness.ts';

const PROGRAM = fileURLToPath(new URL('./endless.ts', import.meta.url));

let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'step-functions-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test('a process that is killed at any moment leaves each of its executions closed and readable', async () => {
  child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const arns: string[] = [];
  for await (const chunk of child.stdout ?? []) {
    arns.push(...String(chunk).trim().split('\n'));
    if (arns.length >= 20) break;
  }
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  expect(arns.length).toBeGreaterThanOrEqual(20);
  const harness = await startHarness({}, { folder });

  for (const arn of arns) {
    const { status } = await harness.end(arn);
    expect(status).toMatch(/^(SUCCEEDED|ABORTED)$/);
    const events = await harness.history(arn);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.type).toBe(status === 'SUCCEEDED' ? 'ExecutionSucceeded' : 'ExecutionAborted');
    await expect(
      harness.start(arn.replace(/:execution:(.*):[^:]+$/, ':stateMachine:$1'), {}, arn.split(':').at(-1)),
    ).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
  }
  await harness.close();
});
