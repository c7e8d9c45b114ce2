import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Act, type Faults, requestHeader, startFaults } from '../../support/faults.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { makeToken } from '../../support/tokens.ts';
import { kinds } from './kinds.ts';

let faults: Faults;
let runtime: TestRuntime;

beforeAll(async () => {
  faults = await startFaults();
  runtime = await startTestRuntime({ auth: true, faults });
});
afterAll(() => runtime.stop());

/** With a token that nobody has used, so that it is looked up: answers what a client sees. */
async function askOnceFailing(act: Act, times = 1) {
  const { token } = await makeToken(runtime.api, 'viewer');
  const request = randomUUID();
  const { stop } = faults.intercept(
    call => call.request === request && call.operation === 'authenticate_token',
    act,
    times,
  );
  const begin = performance.now();
  const answer = await fetch(`${runtime.url}/v1/services`, {
    headers: { authorization: `Bearer ${token}`, [requestHeader]: request },
  });
  stop();
  const seconds = (performance.now() - begin) / 1000;
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code, retryAfter: answer.headers.get('retry-after'), seconds };
}

const cases = kinds.flatMap(kind => (['before', 'after'] as const).map(when => ({ ...kind, when, act: kind[when] })));

test.each(cases)('a token whose look-up fails by $name $when it ran is $outcome', async ({ act, outcome }) => {
  const told = await askOnceFailing(act);

  if (outcome === 'retried') expect(told).toMatchObject({ status: 200 });
  else expect(told).toMatchObject({ status: 503, code: 'authorizerUnavailable', retryAfter: expect.any(String) });
});

test('a look-up that keeps failing holds a request for at most 2 s', async () => {
  const [resuming] = kinds;
  if (!resuming) throw new Error('There are no faults.');

  const told = await askOnceFailing(resuming.before, Number.POSITIVE_INFINITY);

  expect(told).toMatchObject({ status: 503, code: 'authorizerUnavailable' });
  expect(told.seconds).toBeGreaterThan(1);
  expect(told.seconds).toBeLessThan(2.5);
});
