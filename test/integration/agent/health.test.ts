import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCommand, checkUrl } from '../../../infra/agent/health.ts';
import { makeFolder } from './make-folder.ts';
import { desire, startScriptedApi } from './scripted-api.ts';
import { startAgent } from './start-agent.ts';

const never = new AbortController().signal;

/** Answers `/204` with 204 and so on, and `/0` never. */
async function startStatusServer() {
  const server = createServer((request, response) => {
    const status = Number(request.url?.slice(1));
    if (status > 0) response.writeHead(status, status === 302 ? { location: '/200' } : {}).end('x'.repeat(100));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the health of an instance', () => {
  it.each([
    [200, 'normal'],
    [204, 'normal'],
    [302, 'error'],
    [404, 'error'],
    [503, 'error'],
    [0, 'error'],
  ])('by URL: %i is %s', async (status, health) => {
    await using server = await startStatusServer();

    const found = await checkUrl(`${server.url}/${status}`, 200)(never);

    expect(found.health).toBe(health);
  });

  it('by URL: nobody listening is an error', async () => {
    const server = await startStatusServer();
    await server[Symbol.asyncDispose]();

    const found = await checkUrl(server.url, 200)(never);

    expect(found).toMatchObject({ health: 'error', reason: expect.stringContaining('ECONNREFUSED') });
  });

  it.each([
    ['exit 0', 'normal'],
    ['exit 1', 'warning'],
    ['exit 2', 'error'],
    ['kill $$', 'error'],
    ['sleep 5', 'error'],
    ['/no/such/program', 'error'],
  ])('by command: %s is %s', async (line, health) => {
    const found = await checkCommand(line, process.env, 300)(never);

    expect(found.health).toBe(health);
  });

  it('is in every report, and a change is reported at once', async () => {
    await using folder = await makeFolder();
    const sick = join(folder.path, 'sick');
    await using api = await startScriptedApi(() => desire(null, { reportAfterSeconds: 60 }));
    await using _ = startAgent({ url: api.url, checkHealth: checkCommand(`test ! -e ${sick}`, process.env, 1_000) });
    await api.until(({ health }) => health === 'normal');

    await writeFile(sick, '');
    await api.until(({ health }) => health === 'warning');
    await rm(sick);
    await api.until((report, index) => report.health === 'normal' && index > 1);

    expect(api.reports.map(({ health }) => health)).toEqual(['normal', 'warning', 'normal']);
  });

  it('is looked at afresh for the report of a new version', async () => {
    await using folder = await makeFolder();
    const sick = join(folder.path, 'sick');
    await using api = await startScriptedApi(() => desire('1.1.0', { reportAfterSeconds: 60 }));
    await using _ = startAgent({
      url: api.url,
      exec: `touch ${sick}`,
      checkHealth: checkCommand(`test ! -e ${sick}`, process.env, 1_000),
      timing: { healthEveryMs: 60_000 },
    });

    const report = await api.until(({ version }) => version === '1.1.0');

    expect(report.health).toBe('warning');
  });

  it('is not claimed where nothing checks it', async () => {
    await using api = await startScriptedApi(() => desire(null));
    await using _ = startAgent({ url: api.url });

    const report = await api.until(() => true);

    expect(report).not.toHaveProperty('health');
  });
});
