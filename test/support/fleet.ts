import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api, Reply } from './runtime.ts';

/** An emulator of AWS takes its time. */
const patienceSeconds = Number(process.env['E2E_PATIENCE'] ?? 20);

/** What an instance does about a version that it is told. */
export type Reaction = 'follow' | 'stay' | 'fail' | 'error';

export interface FleetOptions {
  /** A name of nobody else's if absent. */
  readonly service?: string;
  /** Handed out in turn. */
  readonly zones?: readonly string[];
  /** What they run at first; null: fresh hosts. */
  readonly version?: string | null;
  /** @param name as `i01` */
  readonly react?: (name: string, version: string) => Reaction;
}

/** What the API answers to a report. */
export interface Told {
  readonly desiredVersion: string | null;
  readonly deployID?: string;
  readonly reportAfterSeconds: number;
}

/** Instances of one service that do nothing unless the test says so. */
export interface Fleet {
  readonly service: string;
  /** Short ones, as `i01`, in the order of a plan without zones. */
  readonly names: readonly string[];
  react: (name: string, version: string) => Reaction;
  /** Those that do not report in rounds. */
  readonly silent: Set<string>;
  /** The instance's id in the API. */
  idOf(name: string): string;
  versionOf(name: string): string | null;
  versions(): readonly (string | null)[];
  /** What an instance was told so far; the same again and again counts once. */
  toldOf(name: string): readonly (string | null)[];
  /** Sends what an instance has to say, again if need be, and lets it react to the answer. @throws unless the answer is 200 */
  report(name: string, more?: object): Promise<Told>;
  /** Everyone that is not silent reports once, one after the other: the same each time. */
  reportAll(): Promise<void>;
  /** Lets everyone report, round after round, until it is so. @throws after a bound of seconds */
  settle(until: () => Promise<boolean>, seconds?: number): Promise<void>;
  /** A new instance, and its first report. */
  join(version: string | null): Promise<string>;
  leave(name: string): Promise<void>;
}

interface Instance {
  readonly labels: Readonly<Record<string, string>> | undefined;
  version: string | null;
  health: 'normal' | 'error';
  readonly told: (string | null)[];
  /** Its last attempt, still to be reported. */
  outcome: { outcome: 'failed'; deployID: string; message: string } | undefined;
}

/** Registers a service with so many instances, each of which has reported once. */
export async function createFleet(api: Api, count: number, options: FleetOptions = {}): Promise<Fleet> {
  const { service = newName(), zones, version = 'v1', react = () => 'follow' } = options;
  const instances = new Map<string, Instance>();
  await request(api, 'POST', '/services', { name: service });

  const pathOf = (name: string) => `/services/${service}/instances/${service}.${name}`;

  function find(name: string): Instance {
    const instance = instances.get(name);
    if (!instance) throw new Error(`There is no instance ${name}.`);
    return instance;
  }

  function add(runs: string | null): string {
    const number = instances.size + 1;
    const name = `i${String(number).padStart(3, '0')}`;
    const zone = zones?.[(number - 1) % zones.length];
    instances.set(name, {
      labels: zone ? { zone } : undefined,
      version: runs,
      health: 'normal',
      told: [],
      outcome: undefined,
    });
    return name;
  }

  const fleet: Fleet = {
    service,
    get names() {
      return [...instances.keys()];
    },
    react,
    silent: new Set(),
    idOf: name => `${service}.${name}`,
    versionOf: name => find(name).version,
    versions: () => [...instances.values()].map(instance => instance.version),
    toldOf: name => [...find(name).told],
    async report(name, more = {}) {
      const instance = find(name);
      const { labels, health, outcome } = instance;
      const body = { version: instance.version, health, ...(labels && { labels }), ...outcome, ...more };
      const told = (await insist(api, 'PUT', pathOf(name), body)) as Told;
      instance.outcome = undefined;
      if (instance.told.at(-1) !== told.desiredVersion) instance.told.push(told.desiredVersion);
      obey(instance, told, fleet.react(name, told.desiredVersion ?? ''));
      return told;
    },
    async reportAll() {
      for (const name of fleet.names) if (!fleet.silent.has(name)) await fleet.report(name);
    },
    async settle(until, seconds = patienceSeconds) {
      const end = performance.now() + seconds * 1000;
      while (!(await until())) {
        if (performance.now() > end) throw new Error(`The fleet of ${service} has not settled: ${fleet.versions()}`);
        await fleet.reportAll();
        await delay(20);
      }
    },
    async join(runs) {
      const name = add(runs);
      await fleet.report(name);
      return name;
    },
    async leave(name) {
      await request(api, 'DELETE', pathOf(name));
      instances.delete(name);
    },
  };
  await Promise.all(Array.from({ length: count }, () => fleet.join(version)));
  return fleet;
}

/** A service's name that no other test has. */
export function newName(): string {
  return `s${randomBytes(5).toString('hex')}`;
}

function obey(instance: Instance, { desiredVersion, deployID }: Told, reaction: Reaction): void {
  if (desiredVersion === null || desiredVersion === instance.version) return;
  switch (reaction) {
    case 'stay':
      return;
    case 'fail':
      if (deployID) instance.outcome = { outcome: 'failed', deployID, message: 'cannot be installed' };
      return;
    case 'follow':
    case 'error':
      instance.version = desiredVersion;
      instance.health = reaction === 'error' ? 'error' : 'normal';
  }
}

/** @throws unless it is answered 2xx */
export async function request(api: Api, method: string, path: string, body?: object): Promise<unknown> {
  return take(`${method} ${path}`, await api(method, path, body));
}

/** As agents and Alertmanager do, comes again when told to: a busy machine may have no time for them. @throws unless it is answered 2xx then */
export async function insist(api: Api, method: 'PUT' | 'POST', path: string, body: object): Promise<unknown> {
  const end = performance.now() + patienceSeconds * 1000;
  while (true) {
    const reply = await api(method, path, body);
    if (reply.status !== 503 || performance.now() > end) return take(`${method} ${path}`, reply);
    await delay(200);
  }
}

function take(asked: string, { status, body }: Reply): unknown {
  if (status >= 300) throw new Error(`${asked}: ${status} ${JSON.stringify(body)}`);
  return body;
}
