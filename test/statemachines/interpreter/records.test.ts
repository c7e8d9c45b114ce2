import { appendFile, glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Harness, single, startHarness } from './harness.ts';

const PASS = single({ Type: 'Pass', End: true });
const WAIT = single({ Type: 'Wait', Seconds: 600, End: true });

describe('executions in a folder', () => {
  let folder: string;
  let harness: Harness;

  /** Ends the service as a kill would, as far as its files can tell, and starts it on the same folder. */
  const restart = async (): Promise<void> => {
    await harness.close();
    harness = await startHarness({}, { folder });
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'step-functions-'));
    harness = await startHarness({}, { folder });
  });

  afterEach(async () => {
    await harness.close();
    await rm(folder, { recursive: true });
  });

  test('are described, listed and shown with their history after a restart', async () => {
    const machine = await harness.create(PASS);
    const arn = await harness.start(machine, { n: 1 }, 'first');
    const before = await harness.end(arn);
    const history = await harness.history(arn);
    await restart();

    expect(await harness.end(arn)).toMatchObject({ ...before, $metadata: expect.anything() });
    expect(await harness.history(arn)).toEqual(history);
    const { executions } = await harness.client.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    expect(executions).toMatchObject([{ name: 'first', status: 'SUCCEEDED', stopDate: before.stopDate }]);
  });

  test('that ran when the process died are closed as aborted, and their names stay taken', async () => {
    const machine = await harness.create(WAIT);
    const arn = await harness.start(machine, {}, 'waiting');
    await restart();

    expect(await harness.end(arn)).toMatchObject({ status: 'ABORTED', cause: expect.stringContaining('restarted') });
    const events = await harness.history(arn);
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [1, 'ExecutionStarted'],
      [2, 'WaitStateEntered'],
      [3, 'ExecutionAborted'],
    ]);
    await expect(harness.start(machine, {}, 'waiting')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('outlive a last line that was torn', async () => {
    const machine = await harness.create(WAIT);
    const arn = await harness.start(machine, {}, 'torn');
    await harness.close();
    const [file = ''] = await Array.fromAsync(glob(join(folder, 'executions/*/*.jsonl')));
    await appendFile(file, '{"event":{"id":3,"ty');
    await appendFile(join(folder, 'index.jsonl'), '{"ended":{"arn"');
    harness = await startHarness({}, { folder });

    expect((await harness.end(arn)).status).toBe('ABORTED');
    expect((await harness.history(arn)).map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test('keep machines that were created', async () => {
    const machine = await harness.create(PASS);
    await restart();
    const arn = await harness.start(machine);

    expect((await harness.end(arn)).status).toBe('SUCCEEDED');
  });
});
