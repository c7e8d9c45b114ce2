import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeploymentStatus, isActive } from '../../functions/domain/statuses.ts';
import type { Fleet, Told } from '../support/fleet.ts';
import { type DeploymentView, followRelease, givenFleet, type Release } from '../support/release.ts';
import type { Api, Reply } from '../support/runtime.ts';
import { openTarget, type Target } from './target.ts';
import { illegalTransitions } from './transitions.ts';

let target: Target;

beforeAll(async () => {
  target = await openTarget();
});

afterAll(() => target.close());

describe('commands at once', () => {
  it('begin one release of a service, however many are asked for', async () => {
    const fleet = await givenFleet(target.api, 2);
    const bodies = Array.from({ length: 50 }, (_, index) => ({ service: fleet.service, version: `v2.${index}` }));

    const replies = await Promise.all(bodies.map(body => target.api('POST', '/deployments', body)));

    const winners = replies.filter(({ status }) => status === 201).map(({ body }) => body as DeploymentView);
    const others = replies.filter(({ status }) => status !== 201);
    const active = await target.api('GET', `/deployments?service=${fleet.service}&type=inDeployment`);
    const [{ id } = { id: '' }] = winners;
    expect(winners).toHaveLength(1);
    expect(new Set(others.map(codeOf))).toEqual(new Set(['409 deploymentActive']));
    expect(active.body).toMatchObject({ items: [{ id }] });
    await followRelease(target.api, fleet, id).reaches('completed');
  });

  it('from twenty clients leave every release legal, its instances on known ground, and able to end', {
    timeout: 120_000,
  }, async () => {
    const answers: Told[] = [];
    const api = overhear(target.api, answers);
    const fleets = await Promise.all([1, 2, 3].map(() => givenFleet(api, 6)));
    const end = performance.now() + 5_000;
    const releases: Release[] = [];
    const goesOn = () => performance.now() < end || releases.length <= fleets.length;
    const replies: string[] = [];
    const latest = new Map<Fleet, Release>();

    async function releaseOn(fleet: Fleet): Promise<void> {
      for (let number = 2; goesOn(); number += 1) {
        const strategy = { type: 'rolling', batchSize: 1, bakeSeconds: number % 2 ? 0.1 : 0 };
        const version = `v${number}`;
        const reply = await target.api('POST', '/deployments', { service: fleet.service, version, strategy });
        replies.push(codeOf(reply));
        if (reply.status !== 201) continue;
        const release = followRelease(api, fleet, (reply.body as DeploymentView).id);
        releases.push(release);
        latest.set(fleet, release);
        await release.settles(({ status }) => hasEnded(status) || !goesOn());
      }
    }
    async function hammer(client: number): Promise<void> {
      for (let turn = client; goesOn(); turn += 7) {
        const release = latest.get(fleets[turn % fleets.length] as Fleet);
        const act = turn % 20 === 0 ? release?.rollBack : turn % 2 === 0 ? release?.pause : release?.continue;
        if (act) replies.push(codeOf(await act()));
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    }
    await Promise.all([...fleets.map(releaseOn), ...Array.from({ length: 20 }, (_, client) => hammer(client))]);
    for (const release of latest.values()) await driveToEnd(release);

    const counts = Object.entries(Object.groupBy(replies, code => code)).map(
      ([code, all]) => `${all?.length} × ${code}`,
    );
    console.log(`${releases.length} releases; ${counts.sort().join(', ')}`);
    expect(releases.length).toBeGreaterThan(fleets.length);
    expect(replies.filter(code => !/^(200|201|409)/.test(code))).toEqual([]);
    for (const release of releases) {
      const { previousVersion, version } = (await release.read()) as DeploymentView & Versions;
      const told = answers
        .filter(({ deployID }) => deployID === release.id)
        .map(({ desiredVersion }) => desiredVersion);
      expect([previousVersion, version]).toEqual(expect.arrayContaining([...new Set(told)]));
      expect(illegalTransitions(await release.events())).toEqual([]);
      expect((await release.read()).status).toMatch(/^(completed|rolledBack)$/);
    }
  });
});

function codeOf({ status, body }: Reply): string {
  return status < 300 ? String(status) : `${status} ${(body as { code?: string }).code}`;
}

interface Versions {
  readonly previousVersion: string;
  readonly version: string;
}

/** Notes what instances are answered. */
function overhear(api: Api, answers: Told[]): Api {
  return async (method, path, body, headers) => {
    const reply = await api(method, path, body, headers);
    if (method === 'PUT' && reply.status === 200) answers.push(reply.body as Told);
    return reply;
  };
}

function hasEnded(status: string): boolean {
  return !isActive(status as DeploymentStatus);
}

/** A person continues whatever is paused. */
async function driveToEnd(release: Release): Promise<void> {
  await release.settles(({ status }) => hasEnded(status) || status === 'paused');
  if ((await release.read()).status === 'paused') await release.continue();
  await release.settles(({ status }) => hasEnded(status));
}
