import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.ts';
import { startFakePrometheus } from '../../support/fake-prometheus.ts';
import {
  createServerHome,
  interruptProcess,
  runProcess,
  type ServerHome,
  startProcess,
} from '../../support/process.ts';
import { createApi } from '../../support/runtime.ts';

/** Five seconds on a machine that has nothing else to do. */
const soonMs = () => 5_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

describe('npm start', () => {
  let home: ServerHome;

  beforeEach(async () => {
    home = await createServerHome();
  });

  afterEach(() => home.remove());

  it('answers soon on fresh data, stops at SIGTERM, and knows everything when it is started again', {
    retry: 2,
  }, async () => {
    const fresh = await home.start();
    const created = await createApi(fresh.url)('POST', '/services', { name: 'kept' });

    const code = await fresh.stop();
    const left = await home.postgresPid().catch(() => undefined);
    const warm = await home.start();
    const { body } = await createApi(warm.url)('GET', '/services');

    console.log(
      `ready after ${Math.round(fresh.startMs)} ms on fresh data, ${Math.round(warm.startMs)} ms on warm data`,
    );
    expect([created.status, code, left]).toEqual([201, 0, undefined]);
    expect(body).toMatchObject({ items: [{ name: 'kept' }] });
    expect(Math.max(fresh.startMs, warm.startMs)).toBeLessThan(soonMs());
  });

  it('gets ready after it was killed while it was getting ready', async () => {
    const args = ['--port', '0', '--aws-port', '0', '--data', home.data];

    const killed = [];
    for (const ms of [400, 800, 1_200, 1_600]) killed.push(await runProcess(args, ms));
    const server = await home.start();

    expect(killed.filter(({ code }) => code === null)).not.toEqual([]);
    expect(await createApi(server.url)('POST', '/services', { name: 'made' })).toMatchObject({ status: 201 });
  });

  it('leaves nothing running when it is ended while it starts', async () => {
    const args = ['--port', '0', '--aws-port', '0', '--data', home.data];

    const { code } = await interruptProcess(args, 'PostgreSQL listens');

    expect(code).toBe(0);
    await expect(home.postgresPid()).rejects.toThrow('ENOENT');
  });

  it('leaves a data folder to the one that uses it', async () => {
    const first = await home.start();

    const second = await runProcess(['--port', '0', '--aws-port', '0', '--data', home.data]);

    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`is in use by another Service Manager (process ${first.pid})`);
    expect(await createApi(first.url)('GET', '/services')).toMatchObject({ status: 200 });
  });

  it('leaves nothing running when a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const byApi = await runProcess(['--port', `${port}`, '--aws-port', '0', '--data', home.data]);
    const byAws = await runProcess(['--port', '0', '--aws-port', `${port}`, '--data', home.data]);

    other.close();
    for (const { code, stderr } of [byApi, byAws]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`in use.*${port}`));
    }
    await expect(home.postgresPid()).rejects.toThrow('ENOENT');
  });

  it.each([
    [['--port', '80a'], "--port takes a port from 0 to 65535, not '80a'"],
    [['--aws-port', '65536'], "--aws-port takes a port from 0 to 65535, not '65536'"],
    [['--prometheus-url', 'localhost:9090'], '--prometheus-url and PROMETHEUS_URL take an address such as http://'],
    [['--prot', '8080'], "Unknown option '--prot'"],
    [['8080'], "Unexpected argument '8080'"],
  ])('refuses %j, and says how it is used', async (args, message) => {
    const { code, stdout, stderr } = await runProcess(args);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain('--data FOLDER');
  });

  it('says how it is used', async () => {
    const { code, stdout } = await runProcess(['--help']);

    expect(code).toBe(0);
    expect(stdout).toContain('--database-url U');
  });

  it('uses an existing PostgreSQL, by flag or by environment, and leaves it as it is', async () => {
    const database = await createDatabase();
    const ports = ['--port', '0', '--aws-port', '0', '--data', home.data];

    const byFlag = await startProcess([...ports, '--database-url', database.url], {
      DATABASE_URL: 'postgres://nowhere',
    });
    const created = await createApi(byFlag.url)('POST', '/services', { name: 'elsewhere' });
    await byFlag.stop();
    const byEnvironment = await startProcess(ports, { DATABASE_URL: database.url });
    const { body } = await createApi(byEnvironment.url)('GET', '/services');
    await byEnvironment.stop();

    await expect(home.postgresPid()).rejects.toThrow('ENOENT');
    await database.drop();
    expect(created.status).toBe(201);
    expect(body).toMatchObject({ items: [{ name: 'elsewhere' }] });
  });

  it('reads metrics from a Prometheus, by flag or by environment, with its token', async () => {
    const [one, other] = [await startFakePrometheus(), await startFakePrometheus()];
    const args = ['--port', '0', '--aws-port', '0', '--data', home.data];
    const environment = { PROMETHEUS_URL: other.url, PROMETHEUS_BEARER_TOKEN: 'secret' };

    const byFlag = await startProcess([...args, '--prometheus-url', one.url], environment);
    await createApi(byFlag.url)('POST', '/services', { name: 'shop' });
    const first = await createApi(byFlag.url)('GET', '/metrics/shop/latency');
    await byFlag.stop();
    const byEnvironment = await startProcess(args, environment);
    const second = await createApi(byEnvironment.url)('GET', '/metrics/shop/latency');
    await byEnvironment.stop();
    one.close();
    other.close();

    expect([first.status, second.status]).toEqual([200, 200]);
    expect([one.asked.length, other.asked.length]).toEqual([1, 1]);
    expect(other.asked[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('reads alerts by the labels that it is told, and no others', async () => {
    const args = ['--port', '0', '--aws-port', '0', '--data', home.data];
    const [service, app] = [{ service: 'shop' }, { app: 'shop', priority: 'critical' }];
    const alerts = [service, app].map((labels, at) => ({
      ...{ status: 'firing', labels, startsAt: '2030-01-31T09:00:00Z', fingerprint: `f${at}` },
    }));

    const server = await startProcess([...args, '--alert-labels', 'service=app,severity=priority']);
    const { body } = await createApi(server.url)('POST', '/alerts', { version: '4', alerts });
    const listed = await createApi(server.url)('GET', '/alerts?service=shop');
    await server.stop();

    expect(body).toEqual({ firing: 1, resolved: 0, ignored: [{ fingerprint: 'f0', reason: 'has no label app' }] });
    expect(listed.body).toMatchObject({ items: [{ fingerprint: 'f1', health: 'error' }] });
    expect(await runProcess([...args, '--alert-labels', 'app'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--alert-labels takes names of labels'),
    });
  });

  it('is not led astray by what a user of AWS has in the shell', async () => {
    const database = await createDatabase();
    const args = ['--port', '0', '--aws-port', '0', '--data', home.data, '--database-url', database.url];

    const server = await startProcess(args, {
      AWS_PROFILE: 'none-of-this-name',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    });
    const { status } = await createApi(server.url)('GET', '/services');
    await server.stop();
    await database.drop();

    expect(status).toBe(200);
  });

  it('says which PostgreSQL does not answer', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';

    const { code, stderr } = await runProcess([
      '--port',
      '0',
      '--aws-port',
      '0',
      '--data',
      home.data,
      '--database-url',
      url,
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain('127.0.0.1:1');
  });

  it.skipIf(process.getuid?.() !== 0)('keeps data in a folder that only root can enter', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'service-manager-'));
    const data = join(folder, 'data');

    const server = await startProcess(['--port', '0', '--aws-port', '0', '--data', data]);
    const created = await createApi(server.url)('POST', '/services', { name: 'hidden' });
    const code = await server.stop();

    const outside = (await readFile(join(data, 'postgres.location'), 'utf8')).trim();
    await access(join(outside, 'cluster/PG_VERSION'));
    await Promise.all([folder, outside].map(path => rm(path, { recursive: true })));
    expect([created.status, code]).toEqual([201, 0]);
  });
});
