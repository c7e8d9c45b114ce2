import { createFleet, type Fleet, type FleetOptions, request } from './fleet.ts';
import type { Api, Reply } from './runtime.ts';

export interface ReleaseOptions {
  readonly strategy?: object | string;
  readonly scheduleTime?: string;
  readonly onFailure?: 'rollback' | 'pause';
  readonly onAlert?: 'pause' | 'rollback' | 'ignore';
  readonly force?: boolean;
  readonly analysis?: object;
}

/** A deployment as the API shows it, as far as tests look at it. */
export interface DeploymentView {
  readonly id: string;
  readonly status: string;
  readonly startTime?: string;
  readonly reason?: string;
  readonly lastLook?: { readonly number: number; readonly verdict: string };
  readonly waitingFor?: { readonly id: string; readonly kind: string; readonly batch?: number };
  readonly progress: { readonly total: number; readonly done: number; readonly failed: number };
  readonly plan: { readonly batches: readonly { readonly size: number; readonly state: string }[] };
}

export interface DeploymentEvent {
  readonly type: string;
  readonly from?: string;
  readonly to?: string;
  readonly batch?: number;
  readonly instance?: string;
  readonly reason?: string;
  readonly actor?: { readonly name: string; readonly role: string };
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One deployment of a fleet, and what a person does with it. */
export interface Release {
  readonly id: string;
  readonly fleet: Fleet;
  read(): Promise<DeploymentView>;
  /** Commands answer as the API does. */
  pause(): Promise<Reply>;
  continue(body?: object): Promise<Reply>;
  rollBack(): Promise<Reply>;
  change(body: object): Promise<Reply>;
  remove(): Promise<Reply>;
  /** The fleet reports until the release has this status. */
  reaches(status: string, seconds?: number): Promise<void>;
  /** The fleet reports until this is so. */
  settles(until: (deployment: DeploymentView) => boolean, seconds?: number): Promise<void>;
  events(): Promise<readonly DeploymentEvent[]>;
  /** What happened to the release, a line for each event: what happened to executions is left out. */
  record(): Promise<readonly string[]>;
  /** The state of each planned instance, by name. */
  states(): Promise<Readonly<Record<string, string>>>;
}

/** A fleet whose current version is `v1`, by a release of it, unless it runs nothing yet. */
export async function givenFleet(api: Api, count: number, options: FleetOptions = {}): Promise<Fleet> {
  const { react, ...rest } = options;
  const fleet = await createFleet(api, count, rest);
  await (await whenReleased(api, fleet, 'v1', { strategy: 'allAtOnce' })).reaches('completed');
  if (react) fleet.react = react;
  return fleet;
}

export async function whenReleased(
  api: Api,
  fleet: Fleet,
  version: string,
  options: ReleaseOptions = {},
): Promise<Release> {
  const body = { service: fleet.service, version, ...options };
  const { id } = (await request(api, 'POST', '/deployments', body)) as DeploymentView;
  return followRelease(api, fleet, id);
}

export function followRelease(api: Api, fleet: Fleet, id: string): Release {
  const path = `/deployments/${id}`;
  const nameOf = (instance: string) => instance.slice(fleet.service.length + 1);
  const release: Release = {
    id,
    fleet,
    read: async () => (await request(api, 'GET', path)) as DeploymentView,
    pause: () => api('POST', `${path}/pause`),
    continue: body => api('POST', `${path}/continue`, body),
    rollBack: () => api('POST', `${path}/rollback`),
    change: body => api('POST', path, body),
    remove: () => api('DELETE', path),
    reaches: (status, seconds) => release.settles(deployment => deployment.status === status, seconds),
    async settles(until, seconds) {
      try {
        await fleet.settle(async () => until(await release.read()), seconds);
      } catch (error) {
        const seen = JSON.stringify({ ...(await release.read()), record: await release.record() });
        throw new Error(`${error instanceof Error ? error.message : error}; ${seen}`);
      }
    },
    events: () => readAll<DeploymentEvent>(api, `${path}/events`),
    record: async () => {
      const events = await release.events();
      return events.filter(({ type }) => !ofExecutions.has(type)).map(event => write(event, nameOf));
    },
    states: async () => {
      const rows = await readAll<{ id: string; state: string }>(api, `${path}/instances`);
      return Object.fromEntries(rows.map(({ id: instance, state }) => [nameOf(instance), state]));
    },
  };
  return release;
}

const ofExecutions = new Set(['continuedAsNew', 'executionReplaced']);

function write({ type, from, to, batch, instance }: DeploymentEvent, nameOf: (id: string) => string): string {
  const parts = [type, batch, instance && nameOf(instance), to && from && `${from} → ${to}`];
  return parts.filter(part => part !== undefined).join(' ');
}

async function readAll<Item>(api: Api, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let start = '';
  do {
    const page = (await request(api, 'GET', `${path}?limit=500${start}`)) as { items: Item[]; next?: string };
    items.push(...page.items);
    start = page.next ? `&start=${encodeURIComponent(page.next)}` : '';
  } while (start);
  return items;
}
