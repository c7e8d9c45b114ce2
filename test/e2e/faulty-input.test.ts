import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, type Fleet, request } from '../support/fleet.ts';
import { type Release, whenReleased } from '../support/release.ts';
import { type FaultyRequest, faultyRequests, refusedByGateway } from './faulty-requests.ts';
import { openTarget, type Target } from './target.ts';

let target: Target;
let fleet: Fleet;
let scheduled: Release;

beforeAll(async () => {
  target = await openTarget();
  fleet = await createFleet(target.api, 2);
  scheduled = await whenReleased(target.api, fleet, 'v2', {
    scheduleTime: new Date(Date.now() + 3_600_000).toISOString(),
  });
  for (const [name, deps] of [
    ['c', []],
    ['b', ['c']],
    ['a', ['b']],
  ] as const) {
    await request(target.api, 'POST', '/services', { name: prefixed(name), deps: deps.map(prefixed) });
  }
});

afterAll(() => target.close());

/** A name of this run's own. */
const prefixed = (name: string) => `${fleet.service}-${name}`;

describe('a request with faults', () => {
  it.each(faultyRequests.map(withName))('is refused and changes nothing: %s', (_, faulty) => expectRefusal(faulty));
});

describe('a request that the gateway refuses by itself', () => {
  it.each(refusedByGateway.map(withName))('is answered like any other: %s', (_, faulty) => expectRefusal(faulty));
});

function withName(faulty: FaultyRequest): [string, FaultyRequest] {
  return [faulty.what, faulty];
}

async function expectRefusal({ method = 'POST', path, body, status = 400, code, faults }: FaultyRequest) {
  const before = await look();

  const reply = await send(method, fill(path), body);

  const problem = reply.body as { code?: string; detail?: string; errors?: { path: string; message: string }[] };
  expect(reply.status, JSON.stringify(problem)).toBe(status);
  expect(await look()).toEqual(before);
  expect(reply.type).toBe('application/problem+json');
  expect(problem).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    requestId: expect.any(String),
  });
  expect(problem.code).toBe(code ?? 'invalidRequest');
  expect(problem.detail).toMatch(/\S/);
  if (faults) expect(problem.errors?.map(fault => fault.path).sort()).toEqual([...faults].sort());
  for (const { message } of problem.errors ?? []) expect(message).toMatch(/^[^A-Z\n]{4,200}/);
}

function fill(text: string): string {
  return text.replaceAll('{service}', fleet.service).replaceAll('{deployID}', scheduled.id);
}

async function send(method: string, path: string, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${target.url}/v1${path}`, {
    method,
    headers: {
      ...(target.token ? { authorization: `Bearer ${target.token}` } : {}),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(text === undefined ? {} : { body: fill(text) }),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as unknown };
}

/** Everything that a request could have changed. */
async function look() {
  const service = `/services/${fleet.service}`;
  const paths = [
    '/services',
    `${service}/instances`,
    `${service}/availableVersions?type=all`,
    `/deployments/${scheduled.id}/events`,
  ];
  const lists = await Promise.all(
    [...paths, `/deployments?service=${fleet.service}`].map(path => request(target.api, 'GET', path)),
  );
  const [services] = lists as [{ items: readonly { name: string }[]; relation: object }];
  // Other runs' fleets go on meanwhile.
  const mine = services.items.filter(({ name }) => name.startsWith(fleet.service) || !/^s[0-9a-f]{10}/.test(name));
  return [mine, ...lists.slice(1)].map(list =>
    JSON.stringify(list).replaceAll(/"lost":(true|false)|"health":"\w+"/g, ''),
  );
}
