import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../../functions/domain/roles.ts';
import { type Act, type Faults, refuse, requestHeader, startFaults } from '../../support/faults.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { agentService, makeToken } from '../../support/tokens.ts';
import { measureWaiting } from '../../support/waiting.ts';
import { kinds } from './kinds.ts';

let faults: Faults;
let runtime: TestRuntime;

beforeAll(async () => {
  faults = await startFaults();
  runtime = await startTestRuntime({ auth: true, faults });
});
afterAll(() => runtime.stop());

interface Call {
  readonly method: string;
  readonly path: string;
  readonly role: Role;
}

const list: Call = { method: 'GET', path: '/services', role: 'viewer' };
const report: Call = { method: 'PUT', path: `/services/${agentService}/instances/i`, role: 'agent' };
const tell: Call = { method: 'POST', path: '/alerts', role: 'alerts' };

/** With a token that nobody has used, so that it is looked up: answers what a client sees. */
async function askOnceFailing(act: Act, times = 1, { method, path, role }: Call = list) {
  const { token } = await makeToken(runtime.api, role);
  const request = randomUUID();
  const { stop } = faults.intercept(
    call => call.request === request && call.operation === 'authenticate_token',
    act,
    times,
  );
  const begin = performance.now();
  const waiting = measureWaiting();
  const answer = await fetch(`${runtime.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, [requestHeader]: request },
  });
  stop();
  const seconds = (performance.now() - begin) / 1000;
  const waited = waiting();
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code, retryAfter: answer.headers.get('retry-after'), seconds, waited };
}

const cases = kinds.flatMap(kind => (['before', 'after'] as const).map(when => ({ ...kind, when, act: kind[when] })));

test.each(cases)('a token whose look-up fails by $name $when it ran is $outcome', async ({ act, outcome }) => {
  const told = await askOnceFailing(act);

  if (outcome === 'retried') expect(told).toMatchObject({ status: 200 });
  else expect(told).toMatchObject({ status: 503, code: 'authorizerUnavailable', retryAfter: expect.any(String) });
});

const resuming = refuse({ name: 'DatabaseResumingException', status: 400, message: 'The DB instance is resuming.' });

test.concurrent.each<[string, Call]>([
  ['a report', report],
  ['an alert', tell],
])('a look-up that keeps failing holds %s for at most 2 s', async (_, call) => {
  const told = await askOnceFailing(resuming, Number.POSITIVE_INFINITY, call);

  expect(told).toMatchObject({ status: 503, code: 'authorizerUnavailable' });
  expect(told.seconds).toBeGreaterThan(1);
  expect(told.waited).toBeLessThan(2.2);
});

test.concurrent('and people for at most 20 s', async () => {
  const told = await askOnceFailing(resuming, Number.POSITIVE_INFINITY, list);

  expect(told).toMatchObject({ status: 503, code: 'authorizerUnavailable' });
  expect(told.seconds).toBeGreaterThan(15);
  expect(told.waited).toBeLessThan(22);
});

test.concurrent('a database that resumes is waited for before anybody knows whose token it is', async () => {
  const end = performance.now() + 4_000;
  const act: Act = (call, forward) => (performance.now() < end ? resuming(call, forward) : forward());

  expect(await askOnceFailing(act, Number.POSITIVE_INFINITY, list)).toMatchObject({ status: 200 });
});
