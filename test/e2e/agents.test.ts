import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram } from '../integration/agent/start-program.ts';
import { newName, request } from '../support/fleet.ts';
import type { DeploymentView } from '../support/release.ts';
import { type Api, createApi } from '../support/runtime.ts';
import { makeToken } from '../support/tokens.ts';
import { openTarget, type Target } from './target.ts';

/** Agents report when they are told to. */
const patience = { timeout: 90_000, interval: 200 };

describe('agents with a token of their service', () => {
  let target: Target;

  beforeAll(async () => {
    target = await openTarget({ isClosed: true });
  });

  afterAll(() => target.close());

  it('follow a release that an operator pauses, continues and takes back', { timeout: 300_000 }, async () => {
    const service = newName();
    await request(target.api, 'POST', '/services', { name: service });
    const { token } = await makeToken(target.api, 'agent', { service });
    const operator = createApi(target.url, (await makeToken(target.api, 'operator', { name: 'ann' })).token);
    const versions = async () => {
      const { items } = (await request(operator, 'GET', `/services/${service}/instances`)) as Instances;
      return items.map(({ version }) => version).sort();
    };
    await release(operator, service, 'v1', 'allAtOnce');
    await using _one = startAgent(target.url, service, 'one', token);
    await using _two = startAgent(target.url, service, 'two', token);
    await expect.poll(versions, patience).toEqual(['v1', 'v1']);

    // While the first is watched, nobody else is told anything, however slow the one who pauses is.
    const steps = [{ weight: 50, bakeSeconds: 10 }];
    const path = await release(operator, service, 'v2', { type: 'canary', steps });
    await expect.poll(versions, patience).toEqual(['v1', 'v2']);
    const paused = await operator('POST', `${path}/pause`);
    const then = await versions();
    const continued = await operator('POST', `${path}/continue`);
    await expect.poll(versions, patience).toEqual(['v2', 'v2']);
    await expect.poll(() => statusOf(operator, path), patience).toBe('completed');
    const takenBack = await operator('POST', `${path}/rollback`);
    await expect.poll(() => statusOf(operator, path), patience).toBe('rolledBack');

    expect([paused.status, continued.status, takenBack.status]).toEqual([200, 200, 200]);
    expect(then).toEqual(['v1', 'v2']);
    expect(await versions()).toEqual(['v1', 'v1']);
    const { items } = (await request(operator, 'GET', `${path}/events`)) as Events;
    const byHand = items.filter(({ actor }) => actor?.role === 'operator');
    expect(byHand.map(({ to, actor }) => `${to} by ${actor?.name}`)).toEqual([
      'deploying by ann',
      'paused by ann',
      'deploying by ann',
      'rollingBack by ann',
    ]);
  });
});

interface Instances {
  readonly items: readonly { readonly version?: string }[];
}

interface Events {
  readonly items: readonly {
    readonly to?: string;
    readonly actor?: { readonly name: string; readonly role: string };
  }[];
}

function startAgent(url: string, service: string, name: string, token: string) {
  const args = ['agent', '--url', `${url}/v1`, '--service', service, '--id', `${service}.${name}`, '--exec', 'true'];
  return startProgram(args, { SERVICE_MANAGER_TOKEN: token });
}

/** @returns the path of the deployment */
async function release(api: Api, service: string, version: string, strategy: object | string): Promise<string> {
  const { id } = (await request(api, 'POST', '/deployments', { service, version, strategy })) as DeploymentView;
  return `/deployments/${id}`;
}

async function statusOf(api: Api, path: string): Promise<string> {
  return ((await request(api, 'GET', path)) as DeploymentView).status;
}
