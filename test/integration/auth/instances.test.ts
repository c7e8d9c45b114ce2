import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFleet, newName } from '../../support/fleet.ts';
import { followRelease, givenFleet, whenReleased } from '../../support/release.ts';
import { type Api, startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { makeToken } from '../../support/tokens.ts';

let runtime: TestRuntime;
let operator: Api;

beforeAll(async () => {
  runtime = await startTestRuntime({ auth: true });
  operator = runtime.apiWith((await makeToken(runtime.api, 'operator', { name: 'ann' })).token);
});

afterAll(() => runtime?.stop());

describe('an instance', () => {
  let service: string;
  let lost: string;

  beforeEach(async () => {
    const fleet = await createFleet(operator, 1);
    [service, lost] = [fleet.service, fleet.idOf('i001')];
    await runtime.sql(`update control_plane set up_since = '2000-01-01'`);
    await runtime.sql(`update service_instances set report_time = '2020-01-01' where id = $1`, [lost]);
  });

  test('that is lost is not taken out of its service by the agent of another', async () => {
    const other = newName();
    await operator('POST', '/services', { name: other });
    const agent = runtime.apiWith((await makeToken(runtime.api, 'agent', { service: other })).token);

    const byAgent = await agent('PUT', `/services/${other}/instances/${lost}`, { version: 'v1' });
    const kept = await operator('GET', `/services/${service}/instances`);
    const byOperator = await operator('PUT', `/services/${other}/instances/${lost}`, { version: 'v1' });

    expect(byAgent).toMatchObject({ status: 409, body: { code: 'instanceOfOtherService', service } });
    expect(kept.body).toMatchObject({ items: [{ id: lost }] });
    expect(byOperator.status).toBe(200);
  });

  test('that is deregistered amid a release leaves it in the name of who did it', async () => {
    const fleet = await givenFleet(operator, 2);
    const release = await whenReleased(operator, fleet, 'v2', { strategy: { type: 'rolling', batchSize: 1 } });

    await fleet.leave('i002');

    const events = await followRelease(operator, fleet, release.id).events();
    const [left] = events.filter(({ type }) => type === 'instanceLeft');
    expect(left).toMatchObject({ instance: fleet.idOf('i002'), actor: { name: 'ann', role: 'operator' } });
  });
});
