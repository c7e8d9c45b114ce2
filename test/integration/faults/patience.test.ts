import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Act, type Call, type Faults, refuse, requestHeader, startFaults } from '../../support/faults.ts';
import { newName } from '../../support/fleet.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { measureWaiting } from '../../support/waiting.ts';

let faults: Faults;
let runtime: TestRuntime;

beforeAll(async () => {
  faults = await startFaults();
  runtime = await startTestRuntime({ faults });
});
afterAll(() => runtime.stop());

const resuming = refuse({ name: 'DatabaseResumingException', status: 400, message: 'The DB instance is resuming.' });

/** Nobody answers, for longer than anybody waits. */
const hang: Act = async (_, forward) => {
  await delay(60_000, undefined, { ref: false });
  return forward();
};

interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfter: number;
  readonly seconds: number;
  /** Of these, those in which nothing was done. */
  readonly waited: number;
  /** What was sent to the database in its course. */
  readonly sent: readonly Call[];
}

/** Sends a request whose statements meet these fates, in turn; the last one of them for ever. */
async function ask(method: string, path: string, body: object | undefined, ...fates: readonly Act[]): Promise<Told> {
  const request = randomUUID();
  const isOf = (call: Call) => call.isStatement && call.by === undefined && call.request === request;
  let met = 0;
  const { stop } = faults.intercept(
    isOf,
    (call, forward) => {
      met += 1;
      return (fates[Math.min(met, fates.length) - 1] ?? pass)(call, forward);
    },
    Number.POSITIVE_INFINITY,
  );
  const begin = performance.now();
  const waiting = measureWaiting();
  const answer = await fetch(`${runtime.url}/v1${path}`, {
    method,
    headers: { [requestHeader]: request },
    body: body ? JSON.stringify(body) : null,
  });
  const told = (await answer.json()) as Record<string, unknown>;
  stop();
  return {
    status: answer.status,
    body: told,
    retryAfter: Number(answer.headers.get('retry-after')),
    seconds: (performance.now() - begin) / 1000,
    waited: waiting(),
    sent: faults.calls.filter(isOf),
  };
}

const pass: Act = (_, forward) => forward();

/** It answers so many seconds late. */
const after =
  (seconds: number): Act =>
  async (_, forward) => {
    await delay(seconds * 1000);
    return forward();
  };

/** As `act`, until so many seconds have passed. */
function forSeconds(seconds: number, act: Act): Act {
  const end = performance.now() + seconds * 1000;
  return (call, forward) => (performance.now() < end ? act(call, forward) : forward());
}

async function newService(): Promise<string> {
  const name = newName();
  const { status } = await runtime.api('POST', '/services', { name });
  expect(status).toBe(201);
  return name;
}

const alert = (service: string) => ({
  version: '4',
  alerts: [
    { status: 'firing', labels: { alertname: 'a', service }, startsAt: '2030-01-31T09:00:00Z', fingerprint: 'f' },
  ],
});

describe.concurrent('a database that does not come back', () => {
  test.each<[string, string, (service: string) => [path: string, body: object]]>([
    ['report', 'PUT', service => [`/services/${service}/instances/${service}.i`, { version: 'v1' }]],
    ['state', 'POST', service => [`/services/${service}/states`, { health: 'error' }]],
    ['alert', 'POST', service => ['/alerts', alert(service)]],
  ])('holds each %s for at most 2 s, and the fleet is told to come back spread out', async (_, method, toAsk) => {
    const [path, body] = toAsk(await newService());

    const told = await Promise.all(Array.from({ length: 8 }, () => ask(method, path, body, resuming)));

    for (const { status, body: problem, seconds, waited, retryAfter, sent } of told) {
      expect(status).toBe(503);
      expect(problem).toMatchObject({ code: 'databaseUnavailable', retryAfterSeconds: retryAfter });
      expect(seconds).toBeGreaterThan(1);
      expect(waited).toBeLessThan(2.2);
      expect(retryAfter).toBeGreaterThanOrEqual(5);
      expect(retryAfter).toBeLessThanOrEqual(30);
      expect(sent.length).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(told.map(({ retryAfter }) => retryAfter)).size).toBeGreaterThan(2);
  });

  test('holds people for at most 20 s, whatever they ask', async () => {
    const service = await newService();

    const told = await Promise.all([
      ask('GET', '/services', undefined, resuming),
      ask('POST', '/services', { name: newName() }, resuming),
      ask('DELETE', `/services/${service}`, undefined, resuming),
      ask('GET', `/services/${service}/instances`, undefined, refuse({ name: 'ServiceUnavailableError', status: 503 })),
      ask('PUT', `/services/${service}`, { deps: [] }, refuse({ name: 'ThrottlingException', status: 400 }), hang),
    ]);

    for (const { status, seconds, waited, retryAfter } of told) {
      expect(status).toBe(503);
      expect(seconds).toBeGreaterThan(15);
      expect(waited).toBeLessThan(22);
      expect(retryAfter).toBeGreaterThanOrEqual(2);
      expect(retryAfter).toBeLessThanOrEqual(10);
    }
    expect(Math.max(...told.map(({ sent }) => sent.length))).toBeLessThan(60);
  });

  test.each([
    ['at once', []],
    ['after it has refused', [resuming]],
  ])('but hangs, %s, holds a report no longer', async (_, fates) => {
    const path = `/services/${await newService()}/instances/any`;

    const told = await ask('PUT', path, { version: 'v1' }, ...fates, hang);

    expect(told).toMatchObject({ status: 503, body: { code: 'databaseUnavailable' } });
    expect(told.seconds).toBeGreaterThan(1.5);
    expect(told.waited).toBeLessThan(2.2);
  });

  test('but hangs at once, holds nobody longer than API Gateway waits', async () => {
    const told = await Promise.all([
      ask('GET', '/services', undefined, hang),
      ask('POST', '/deployments?dryRun=true', { service: await newService(), version: 'v1' }, after(18), hang),
    ]);

    for (const { status, body, seconds, waited } of told) {
      expect([status, body['code']]).toEqual([503, 'databaseUnavailable']);
      expect(seconds).toBeGreaterThan(19);
      expect(waited).toBeLessThan(25);
    }
  });
});

describe.concurrent('a database that comes back in time', () => {
  test('is waited for by people, who notice nothing else', async () => {
    const name = newName();

    const told = await ask('POST', '/services', { name }, forSeconds(4, resuming));

    expect(told).toMatchObject({ status: 201, body: { name } });
    expect(told.seconds).toBeGreaterThan(4);
  });

  test('is waited for by a report', async () => {
    const path = `/services/${await newService()}/instances/one`;

    expect(await ask('PUT', path, { version: 'v1' }, forSeconds(0.5, resuming))).toMatchObject({ status: 200 });
  });
});

describe.concurrent('a statement that still runs, though its connection was cut', () => {
  /** Sends it on, and cuts the connection before it is answered. */
  const leaveRunning: Act = async (_, forward) => {
    forward().catch(() => undefined);
    await delay(100);
    throw new Error('cut');
  };

  /** Holds a service's row until the connection ends. */
  async function lock(service: string): Promise<pg.Client> {
    const locker = new pg.Client({ connectionString: runtime.databaseUrl });
    await locker.connect();
    await locker.query('begin');
    await locker.query('select from services where name = $1 for update', [service]);
    return locker;
  }

  test('is waited for by its repetition, which gets its answer', async () => {
    const service = await newService();
    const name = newName();
    const locker = await lock(service);

    const asking = ask('POST', '/deployments', { service, version: name }, leaveRunning, pass);
    await delay(1_000);
    await locker.end();
    const told = await asking;

    expect(told).toMatchObject({ status: 201, body: { version: name } });
    expect(await runtime.sql('select id from deploy_tasks where service = $1', [service])).toEqual([
      { id: told.body['id'] },
    ]);
  });

  test('for longer than locks are waited for is asked about again, and runs once', async () => {
    const service = await newService();
    const locker = await lock(service);

    const asking = ask('POST', `/services/${service}/versions`, { version: 'v1' }, leaveRunning, pass);
    await delay(7_500);
    await locker.end();
    const told = await asking;

    expect(told).toMatchObject({ status: 201, body: { version: 'v1' } });
    expect(told.sent.length).toBeGreaterThan(2);
    expect(told.body['createTime']).toBeDefined();
  });
});

test.concurrent('a plan as large as an answer can be is answered again when its answer was lost', async () => {
  const service = await newService();
  await runtime.sql(
    `insert into service_instances (id, service_id, version, report_after_seconds)
      select repeat('x', 90) || n, (select id from services where name = $1), 'v1', 60 from generate_series(1, 8000) n`,
    [service],
  );
  const strategy = { type: 'rolling', batchSize: 4 };
  const lost: Act = async (_, forward) => {
    await forward();
    throw new Error('lost');
  };

  const told = await ask('POST', '/deployments', { service, version: 'v2', strategy }, lost, pass, lost, pass);

  expect(told).toMatchObject({ status: 201, body: { progress: { total: 8_000 } } });
  expect(told.sent.map(({ operation }) => operation)).toEqual([
    'create_deployment',
    'create_deployment',
    'plan_deployment',
    'plan_deployment',
  ]);
  expect(JSON.stringify(told.body).length).toBeGreaterThan(700_000);
  expect(await runtime.sql('select id from deploy_tasks where service = $1', [service])).toHaveLength(1);
});
