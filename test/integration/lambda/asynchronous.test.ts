import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, test, vi } from 'vitest';
import { specify, startLambda } from './harness.ts';

test('an asynchronous call is accepted at once, tried again under the same request id, and its failures are logged', async () => {
  await using endpoint = await startLambda([specify('flaky', 'fails-first.ts')], { retryDelaysSeconds: [0.01, 0.02] });

  const accepted = await endpoint.client.send(new InvokeCommand({ FunctionName: 'flaky', InvocationType: 'Event' }));
  const requestIds = await vi.waitFor(async () => {
    const seen: string[] = JSON.parse((await endpoint.lambda.invoke('flaky', { read: true })).payload);
    expect(seen).toHaveLength(3);
    return seen;
  });

  expect(accepted.StatusCode).toBe(202);
  expect(accepted.Payload?.byteLength ?? 0).toBe(0);
  expect(new Set(requestIds)).toEqual(new Set([accepted.$metadata.requestId]));
  expect(endpoint.logged).toEqual([
    expect.stringContaining(`call ${requestIds[0]} of flaky failed, tried again in 0.01 s`),
    expect.stringContaining('tried again in 0.02 s'),
  ]);
});

test('an asynchronous call that never succeeds is given up', async () => {
  await using endpoint = await startLambda([specify('echo', 'echo.ts')], { retryDelaysSeconds: [0.01, 0.01] });
  const payload = Buffer.from(JSON.stringify({ throw: 'always' }));

  await endpoint.client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event', Payload: payload }));

  await vi.waitFor(() => expect(endpoint.logged.at(-1)).toContain('given up: {"errorType":"OrderFailed"'));
  expect(endpoint.logged).toHaveLength(3);
});
