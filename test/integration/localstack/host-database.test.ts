import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ensureHostDatabase,
  type HostDatabase,
  removeHostDatabase,
  writeRecord,
} from '../../../infra/localstack/host-database.ts';
import { madeUpDatabase } from '../../../infra/place.ts';
import { createFolder, type Folder } from '../../support/folder.ts';

const host = '127.0.0.1';

describe('the database of what is deployed into an emulator', () => {
  let parent: Folder;
  let folder: string;

  beforeEach(async () => {
    parent = await createFolder();
    folder = join(parent.path, 'database');
  });

  afterEach(async () => {
    await removeHostDatabase(folder);
    await parent.remove();
  });

  it('is started once, and keeps its port and its data when its process was killed', async () => {
    const first = await ensureHostDatabase(folder, host);
    const same = await ensureHostDatabase(folder, host);
    await execute(first, 'create table kept (a int)');

    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => execute(first, 'select 1').catch(() => 'gone')).toBe('gone');
    const second = await ensureHostDatabase(folder, host);

    expect(same).toEqual(first);
    expect(second).toEqual({ ...first, pid: expect.any(Number) });
    expect(second.pid).not.toBe(first.pid);
    expect(await execute(second, 'select count(*) from kept')).toEqual([[{ longValue: 0 }]]);
  });

  it('listens where it is told to, though it did elsewhere', async () => {
    const first = await ensureHostDatabase(folder, host);
    await execute(first, 'create table kept (a int)');

    const second = await ensureHostDatabase(folder, '127.0.0.2');

    expect(second).toMatchObject({ host: '127.0.0.2' });
    expect(await execute(second, 'select count(*) from kept')).toEqual([[{ longValue: 0 }]]);
    await expect(execute(first, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('is removed with all that was in it', async () => {
    const database = await ensureHostDatabase(folder, host);

    await removeHostDatabase(folder);

    await expect(execute(database, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });

  it('is not taken for another process that has its id and its port by now', async () => {
    const other = spawn('sleep', ['60']);
    const server = createServer((_, answer) => answer.end('{"folder":"/elsewhere"}')).listen(0, host);
    await once(server, 'listening');
    await mkdir(folder);
    await writeRecord(folder, { folder, pid: other.pid ?? 0, host, port: (server.address() as AddressInfo).port });

    await removeHostDatabase(folder);

    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
    server.close();
    other.kill();
  });

  it('says why it does not start', async () => {
    await expect(ensureHostDatabase(folder, 'no.such.host.invalid')).rejects.toThrow('no.such.host.invalid');
  });
});

async function execute({ port, host: hostname }: HostDatabase, sql: string): Promise<unknown> {
  const client = new RDSDataClient({
    endpoint: `http://${hostname}:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const { clusterArn: resourceArn, secretArn, databaseName: database } = madeUpDatabase;
  try {
    return (await client.send(new ExecuteStatementCommand({ resourceArn, secretArn, database, sql }))).records;
  } finally {
    client.destroy();
  }
}
