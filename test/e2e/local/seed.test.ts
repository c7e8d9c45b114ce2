import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolder, type Folder } from '../../support/folder.ts';
import { openTarget, type Target } from '../target.ts';

const CREATE_SERVICE = `curl -X POST http://localhost:8080/v1/services \\
  -H "Content-Type: application/json" \\
  -d '{
    "name": "user-service",
    "deps": ["database-service", "cache-service"]
  }'`;

const CREATE_DEPLOYMENT = `curl -X POST http://localhost:8080/v1/deployments \\
  -H "Content-Type: application/json" \\
  -d '{
    "service": "user-service",
    "version": "v1.2.0",
    "strategy": "rolling"
  }'`;

const LIST_SERVICES = 'curl http://localhost:8080/v1/services';

describe('the first commands of a new user', () => {
  let target: Target;
  let folder: Folder;
  let run: (command: string) => Promise<unknown>;

  beforeAll(async () => {
    [target, folder] = await Promise.all([openTarget(), createFolder()]);
    run = await hasCurl().then(has => (has ? leadCurl(folder, target.url) : fetchInstead(target.url)));
  });

  afterAll(async () => {
    await target.close();
    await folder.remove();
  });

  it('work in order, and the list has the shape that is shown', async () => {
    const service = await run(CREATE_SERVICE);
    const deployment = await run(CREATE_DEPLOYMENT);
    const list = await run(LIST_SERVICES);

    expect(service).toEqual({
      name: 'user-service',
      deployState: 'unreleased',
      health: 'normal',
      deps: ['database-service', 'cache-service'],
    });
    expect(deployment).toMatchObject({
      service: 'user-service',
      version: 'v1.2.0',
      isPaused: false,
      strategy: { type: 'rolling' },
    });
    const deployState = expect.stringMatching(/^(deploying|deployed)$/);
    expect(list).toEqual({
      items: [{ name: 'user-service', deployState, health: 'normal', deps: ['database-service', 'cache-service'] }],
      relation: { 'user-service': ['database-service', 'cache-service'] },
    });
    // Without instances there is nothing to wait for.
    await expect.poll(() => run(LIST_SERVICES)).toMatchObject({ items: [{ deployState: 'deployed' }] });
  });
});

function hasCurl(): Promise<boolean> {
  return promisify(execFile)('curl', ['--version']).then(
    () => true,
    () => false,
  );
}

/** Runs commands as they are: curl itself is told where localhost:8080 is. */
async function leadCurl(folder: Folder, url: string) {
  const { hostname, port } = new URL(url);
  await writeFile(join(folder.path, '.curlrc'), `silent\nconnect-to = "localhost:8080:${hostname}:${port}"\n`);
  return async (command: string): Promise<unknown> => {
    const env = { ...process.env, CURL_HOME: folder.path };
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { env });
    return JSON.parse(stdout);
  };
}

function fetchInstead(url: string) {
  return async (command: string): Promise<unknown> => {
    const [, path = ''] = /http:\/\/localhost:8080(\S+)/.exec(command) ?? [];
    const [, body] = /-d '([^']+)'/.exec(command) ?? [];
    const answer = await fetch(url + path, body === undefined ? {} : { method: 'POST', body });
    return answer.json();
  };
}
