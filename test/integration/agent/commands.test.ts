import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { startProgram } from './start-program.ts';

type Answer = { readonly status?: number; readonly body: unknown };

/** Answers each request in turn by script, the last answer again and again. */
async function startScript(answers: readonly Answer[]) {
  const requests: { line: string; body: unknown; key: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const key = request.headers['idempotency-key']?.toString();
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? { body: {} };
    requests.push({ line: `${request.method} ${request.url}`, body: body === '' ? undefined : JSON.parse(body), key });
    response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    env: { SERVICE_MANAGER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function makeDeployment(status: string, done: number) {
  return {
    id: 'd-1',
    service: 'checkout',
    version: '1.1.0',
    status,
    isPaused: false,
    strategy: { type: 'allAtOnce' },
    createTime: '2030-01-01T00:00:00Z',
    progress: { total: 4, done, failed: 0, percent: done * 25 },
    plan: { batches: [{ index: 1, size: 4, state: status, instances: [], done, failed: 0 }] },
  };
}

describe('the commands for people', () => {
  it('services lists all pages as a table', async () => {
    const service = (name: string, deps: string[]) => ({ name, deployState: 'deployed', health: 'normal', deps });
    await using api = await startScript([
      { body: { items: [service('a', ['b', 'c'])], relation: {}, next: 'p/2' } },
      { body: { items: [service('b', [])], relation: {} } },
    ]);
    await using program = startProgram(['services'], api.env);

    const { stdout, code } = await program.ended;

    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      '  SERVICE  STATE     HEALTH  DEPENDS ON',
      '  a        deployed  normal  b, c',
      '  b        deployed  normal',
    ]);
    expect(api.requests.map(({ line }) => line)).toEqual(['GET /v1/services', 'GET /v1/services?start=p%2F2']);
  });

  it('deploy --watch follows the release, through a fault of the API, to its good end', async () => {
    await using api = await startScript([
      { status: 201, body: makeDeployment('deploying', 0) },
      { status: 503, body: { detail: 'in a moment' } },
      { body: makeDeployment('deploying', 2) },
      { body: makeDeployment('completed', 4) },
    ]);
    const strategy = '{"type": "rolling", "batchSize": 2}';
    const asked = ['--strategy', strategy, '--analysis', '{"count": 3}', '--watch'];
    await using program = startProgram(['deploy', 'checkout', '1.1.0', ...asked], api.env);

    const { stdout, stderr, code } = await program.ended;

    expect(code).toBe(0);
    expect(stderr).toBe('503: in a moment\n');
    expect(stdout.split('\n').filter(line => line.startsWith('checkout'))).toEqual([
      'checkout 1.1.0  deploying  2/4 done (50 %)',
      'checkout 1.1.0  completed  4/4 done (100 %)',
    ]);
    expect(api.requests[0]).toMatchObject({
      line: 'POST /v1/deployments',
      body: {
        service: 'checkout',
        version: '1.1.0',
        strategy: { type: 'rolling', batchSize: 2 },
        analysis: { count: 3 },
      },
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each(['failed', 'rolledBack'])('watch fails when the release ends as %s', async status => {
    await using api = await startScript([{ body: makeDeployment(status, 1) }]);
    await using program = startProgram(['watch', 'd-1'], api.env);

    const { code } = await program.ended;

    expect(code).toBe(1);
  });

  it('pause, continue and rollback ask for it, with the reason', async () => {
    await using api = await startScript([{ body: makeDeployment('paused', 1) }]);
    await using paused = startProgram(['pause', 'd/1', '--reason', 'too slow'], api.env);
    await paused.ended;
    await using continued = startProgram(['continue', 'd-1'], api.env);

    const { code, stdout } = await continued.ended;

    expect([code, stdout.split('\n')[0]]).toEqual([0, 'checkout 1.1.0  paused  1/4 done (25 %)']);
    expect(api.requests).toMatchObject([
      { line: 'POST /v1/deployments/d%2F1/pause', body: { reason: 'too slow' } },
      { line: 'POST /v1/deployments/d-1/continue' },
    ]);
  });

  it('say what the API has against it, with every fault', async () => {
    const errors = [
      { path: 'service', message: 'no such service' },
      { path: 'strategy.batchSize', message: 'below 1' },
    ];
    await using api = await startScript([{ status: 400, body: { title: 'Bad', detail: '2 faults', errors } }]);
    await using program = startProgram(['deploy', 'a', '1'], api.env);

    const { code, stderr, stdout } = await program.ended;

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('400: 2 faults\n  service: no such service\n  strategy.batchSize: below 1\n');
  });
});
