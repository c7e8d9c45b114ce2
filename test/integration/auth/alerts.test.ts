import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertOf, deliver, reportState } from '../../support/alerts.ts';
import { createFleet } from '../../support/fleet.ts';
import { type Release, whenReleased } from '../../support/release.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { makeToken } from '../../support/tokens.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime({ auth: true });
});

afterAll(() => runtime?.stop());

const tokenOf = async (role: 'alerts' | 'agent', more: object): Promise<Api> =>
  runtime.apiWith((await makeToken(runtime.api, role, more)).token);

async function actorsIn(release: Release) {
  const wanted = ['alertFired', 'stateReported', 'pausedOnAlert'];
  const events = (await release.events()).filter(({ type }) => wanted.includes(type));
  return events.map(({ type, actor }) => [type, `${actor?.name}, ${actor?.role}`]);
}

test('what holds a release is on record in the name of who told it, and the release stops by itself', async () => {
  const fleet = await createFleet(runtime.api, 1, { react: () => 'stay' });
  const { service } = fleet;
  const alertmanager = await tokenOf('alerts', { name: 'alertmanager' });
  const agent = await tokenOf('agent', { name: 'host-1', service });
  const release = await whenReleased(runtime.api, fleet, 'v2');

  await deliver(alertmanager, alertOf({ service }));
  await release.reaches('paused');
  await release.continue();
  await reportState(agent, service, { health: 'error' });
  await release.reaches('paused');

  expect(await actorsIn(release)).toEqual([
    ['alertFired', 'alertmanager, alerts'],
    ['pausedOnAlert', 'service-manager, system'],
    ['stateReported', 'host-1, agent'],
    ['pausedOnAlert', 'service-manager, system'],
  ]);
});
