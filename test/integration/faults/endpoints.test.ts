import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RouteDefinition, type RouteID, routes } from '../../../functions/routes.ts';
import { limitConcurrency } from '../../../infra/local/limit-concurrency.ts';
import { type FakePrometheus, startFakePrometheus } from '../../support/fake-prometheus.ts';
import { type Act, type Call, type Faults, lose, requestHeader, startFaults } from '../../support/faults.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { type Kind, kinds } from './kinds.ts';
import { abandon, dump, isSettled, neutralize } from './observe.ts';
import { type Asked, type Scenario, scenarios, settle } from './scenarios.ts';

/** So many at once, of whichever endpoints: what they do most is wait. */
const casesAtOnce = 12;

let faults: Faults;
let prometheus: FakePrometheus;
let runtime: TestRuntime;

beforeAll(async () => {
  [faults, prometheus] = await Promise.all([startFaults(), startFakePrometheus()]);
  // However slow the machine is, no instance is lost in the middle of a story.
  runtime = await startTestRuntime({
    faults,
    prometheusUrl: prometheus.url,
    settings: { reportFastSeconds: 600, reportSlowSeconds: 600 },
  });
});
afterAll(async () => {
  await runtime.stop();
  prometheus.close();
});

/** What fails after the commit is made up for by others. */
const madeUpFor = ['plan_deployment', 'clear_token'];

interface Told {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: number;
}

async function send(method: string, { path, body, service }: Asked, headers: Record<string, string>): Promise<Told> {
  const answer = await fetch(`${runtime.url}/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
  const told = neutralize(await answer.json(), service);
  return { status: answer.status, body: told, retryAfter: Number(answer.headers.get('retry-after')) };
}

const statementsOf = (request: string) => (call: Call) =>
  call.isStatement && call.by === undefined && call.request === request;

/** The nth statement that a request sends, and then as many as there are more acts, meet their fates; all others pass. */
function strike(request: string, nth: number, acts: readonly Act[]): { stop(): void; readonly struck: () => number } {
  let seen = -1;
  let struck = 0;
  const isOf = statementsOf(request);
  const { stop } = faults.intercept(
    call => {
      if (!isOf(call)) return false;
      seen += 1;
      return seen >= nth && seen < nth + acts.length;
    },
    (call, forward) => {
      struck += 1;
      return (acts[struck - 1] ?? lose)(call, forward);
    },
    acts.length,
  );
  return { stop, struck: () => struck };
}

/** Waits until all that runs waits; what a death has left lying is picked up by the reconciler, a second later. */
async function comeToRest(service: string): Promise<void> {
  for (let look = 0; look < 30; look += 1) {
    if (await isSettled(runtime, service)) return;
    await delay(50);
  }
  await runtime.invoke('Reconcile', {});
  await settle(runtime, service);
}

interface Story {
  readonly method: string;
  readonly scenario: Scenario;
  /** The statements of its request, in order. */
  readonly statements: readonly string[];
  readonly told: Told;
  readonly before: unknown;
  readonly after: unknown;
}

/** How it goes without a fault. */
async function tell(method: string, scenario: Scenario): Promise<Story> {
  const asked = await scenario(runtime);
  const before = await dump(runtime, asked.service);
  const request = randomUUID();
  const told = await send(method, asked, { [requestHeader]: request });
  await comeToRest(asked.service);
  const statements = faults.calls.filter(statementsOf(request)).map(({ operation }) => operation);
  return { method, scenario, statements, told, before, after: await dump(runtime, asked.service) };
}

interface Case {
  readonly nth: number;
  readonly kind: Kind;
  readonly when: 'before' | 'after';
}

const casesOf = ({ statements }: Story): Case[] =>
  statements.flatMap((_, nth) =>
    kinds.flatMap(kind => (['before', 'after'] as const).map(when => ({ nth, kind, when }))),
  );

/** How it goes with one: what was told, what became of it, and what the same request is told when it is sent again. */
const retell = limitConcurrency(
  casesAtOnce,
  async ({ method, scenario, statements }: Story, { nth, kind, when }: Case) => {
    const asked = await scenario(runtime);
    const request = randomUUID();
    const key = { 'idempotency-key': randomUUID() };
    const headers: Record<string, string> = method === 'POST' && kind.outcome !== 'retried' ? key : {};
    const { stop, struck } = strike(request, nth, [kind[when]]);
    const told = await send(method, asked, { ...headers, [requestHeader]: request });
    stop();
    if (struck() === 0) throw new Error(`statement ${nth}, ${statements[nth]}, was not sent`);
    const again = told.status >= 500 && 'idempotency-key' in headers ? await send(method, asked, headers) : undefined;
    await comeToRest(asked.service);
    const after = await dump(runtime, asked.service);
    if (method !== 'GET') await abandon(runtime, asked.service);
    return { told, again, after };
  },
);

type Retold = Awaited<ReturnType<typeof retell>>;

function expectedOf(story: Story, { nth, kind, when }: Case): Retold {
  const { told, before, after, statements, method } = story;
  const isMadeUpFor = madeUpFor.includes(statements[nth] ?? '');
  if (kind.outcome === 'retried') return { told, again: undefined, after };
  if (isMadeUpFor) return { told: { ...told, body: expect.anything() }, again: undefined, after };
  const again = method === 'POST' ? { ...told, body: withoutToken(told.body) } : undefined;
  const isDone = method === 'POST' || (kind.outcome === 'final' && when === 'after');
  const refusal =
    kind.outcome === 'busy'
      ? { status: 503, body: expect.objectContaining({ code: 'databaseBusy' }), retryAfter: expect.any(Number) }
      : { status: 500, body: expect.objectContaining({ code: 'internalError' }), retryAfter: 0 };
  return { told: refusal, again, after: isDone ? after : before };
}

/** A token is shown once: who asks again for what was made gets all but that. */
const withoutToken = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'token' in body ? expect.objectContaining({ role: 'agent' }) : body;

const all = (Object.entries(routes) as [RouteID, RouteDefinition][]).flatMap(([id, { method }]) =>
  Object.entries(scenarios[id]).map(([name, scenario]) => ({ id, name, method, scenario })),
);

/** Whose answer depends on what else goes on: on other services, or on a reconciler that begins what is still being asked for again. */
const isAlone = ({ id, method }: (typeof all)[number]) => method === 'GET' || id === 'createDeployment';

const alone = all.filter(isAlone);
const together = all.filter(one => !isAlone(one));

async function everyFault({ id, method, scenario }: (typeof all)[number]): Promise<void> {
  // What only looks may look at the same.
  const shared = method === 'GET' ? await scenario(runtime) : undefined;
  const story = await tell(method, shared ? async () => shared : scenario);

  const retold = await Promise.all(
    casesOf(story).map(async fault => {
      const title = `${fault.kind.name} ${fault.when} ${story.statements[fault.nth]}`;
      const seen = await retell(story, fault).catch((error: unknown) => String(error));
      return { seen: { title, seen }, expected: { title, seen: expectedOf(story, fault) } };
    }),
  );

  expect(story.told.status).toBeLessThan(500);
  expect(story.statements.length).toBeGreaterThanOrEqual(id === 'getDescription' ? 0 : 1);
  expect(retold.map(({ seen }) => seen)).toEqual(retold.map(({ expected }) => expected));
}

// Dozens of releases each.
describe('an endpoint whose statements fail in turn, in each way, before and after they ran', {
  timeout: 60_000,
}, () => {
  test.each(alone)('$id: $name', everyFault);
  test.concurrent.each(together)('$id: $name', everyFault);
});

/** What a failing database may do to one statement after the other. */
const sequences = [
  ['cut after', 'ThrottlingException before', 'InternalServerErrorException after'],
  ['40001 after', 'DatabaseUnavailableException after', 'cut before', 'DatabaseResumingException before'],
];

async function everySequence({ method, scenario }: (typeof all)[number]): Promise<void> {
  const story = await tell(method, scenario);

  const retold = await Promise.all(
    sequences.map(async sequence => {
      const asked = await scenario(runtime);
      const request = randomUUID();
      const { stop, struck } = strike(request, 0, sequence.map(findAct));
      const told = await send(method, asked, { [requestHeader]: request });
      stop();
      await comeToRest(asked.service);
      const after = await dump(runtime, asked.service);
      await abandon(runtime, asked.service);
      return { struck: struck(), told, after };
    }),
  );

  const { told, after } = story;
  expect(retold).toEqual(sequences.map(sequence => ({ struck: sequence.length, told, after })));
}

describe('an endpoint whose statement fails several times in a row does what is asked once', () => {
  test.each(alone.filter(({ method }) => method !== 'GET'))('$id: $name', everySequence);
  test.concurrent.each(together)('$id: $name', everySequence);
});

function findAct(name: string): Act {
  const [kind, when] = name.split(' ');
  const found = kinds.find(candidate => candidate.name === kind);
  if (!found) throw new Error(`There is no fault ${name}.`);
  return when === 'before' ? found.before : found.after;
}
