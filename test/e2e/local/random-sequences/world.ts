import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { request, type Told } from '../../../support/fleet.ts';
import type { Reply, TestRuntime } from '../../../support/runtime.ts';
import type { Action, ReportSettings } from './actions.ts';

interface Instance {
  readonly id: string;
  version: string | null;
  told: string | null;
  sequence: number;
}

/** A service of its own, its instances and deployments, and who acts on them. */
export interface World {
  readonly service: string;
  /** Ids of all deployments that were made, oldest first. */
  readonly deployments: readonly string[];
  /** Ids of those that are there now, and go on reporting. */
  instances(): readonly string[];
  /** @returns what of its answers cannot be */
  act(action: Action): Promise<string[]>;
  /** Everyone does as they are told, and what is paused is continued, until nothing is left to do. */
  end(): Promise<void>;
}

const END_MS = 20_000;

/** The statuses that a command needs. */
const needs = { pause: ['deploying'], continue: ['paused'], rollback: ['deploying', 'paused', 'completed', 'failed'] };

export async function createWorld(runtime: TestRuntime): Promise<World> {
  const { api, sql } = runtime;
  const service = `w${randomBytes(5).toString('hex')}`;
  const instances: Instance[] = [];
  const deployments: string[] = [];
  const path = `/services/${service}`;
  let joined = 0;

  const current = async () => {
    const [row] = await sql<{ version: string | null }>(
      'select current_version as version from services where name = $1',
      [service],
    );
    return row?.version ?? null;
  };

  /** What an instance may be answered: the current version, its previous one, or one that it is recorded to be told. */
  async function judge(id: string, told: string | null, before: string | null): Promise<string[]> {
    const [after, rows] = [
      await current(),
      await sql<{ previous: string | null; target: string | null }>(
        `select i.previous_version as previous, case when i.told_time is not null then d.version end as target
           from deploy_instances i join deploy_tasks d on d.id = i.deploy_id where i.instance_id = $1`,
        [id],
      ),
    ];
    // What was recorded of one that leaves meanwhile is gone.
    if (!instances.some(instance => instance.id === id)) return [];
    const known = [before, after, ...rows.flatMap(({ previous, target }) => [previous, target])];
    return known.includes(told) ? [] : [`${id} was told ${told}, of ${JSON.stringify(known)}`];
  }

  async function report(instance: Instance, settings: Partial<ReportSettings> = {}): Promise<string[]> {
    const { version = 'told', sequence, ...said } = settings;
    if (version !== 'told') instance.version = version;
    else if (instance.told !== null) instance.version = instance.told;
    if (sequence === 1) instance.sequence += 1;
    const counted = sequence === undefined ? {} : { sequence: Math.max(0, instance.sequence + Math.min(0, sequence)) };
    const deployID = deployments.at(-1);
    const body = { version: instance.version, ...said, ...counted, ...(said.outcome && deployID && { deployID }) };
    const before = await current();
    const reply = await api('PUT', `${path}/instances/${instance.id}`, body);
    if (reply.status !== 200) return expect(reply, 404);
    instance.told = (reply.body as Told).desiredVersion;
    return judge(instance.id, instance.told, before);
  }

  /** One that failed at its time has done nothing that could be taken back. */
  async function hasStarted(id: string): Promise<boolean> {
    const { body } = await api('GET', `/deployments/${id}`);
    return (body as { startTime?: string }).startTime !== undefined;
  }

  async function perform(action: Action): Promise<string[]> {
    switch (action.kind) {
      case 'release': {
        const { version, strategy, inMs } = action;
        const scheduleTime = inMs === undefined ? undefined : new Date(Date.now() + inMs).toISOString();
        const reply = await api('POST', '/deployments', { service, version, strategy, scheduleTime });
        if (reply.status === 201) deployments.push((reply.body as { id: string }).id);
        return expect(reply, 201, 404, 409);
      }
      case 'command': {
        const id = deployments.at(-1 - action.back);
        if (!id) return [];
        const reply = await api('POST', `/deployments/${id}/${action.command}`);
        const { code, deploymentStatus = '' } = reply.body as { code?: string; deploymentStatus?: string };
        const isLie =
          code === 'statusConflict' && needs[action.command].includes(deploymentStatus) && (await hasStarted(id));
        return [
          ...expect(reply, 200, 404, 409),
          ...(isLie ? [`${action.command} refused as ${deploymentStatus}`] : []),
        ];
      }
      case 'remove': {
        const id = deployments.at(-1 - action.back);
        return id ? expect(await api('DELETE', `/deployments/${id}`), 200, 404, 409) : [];
      }
      case 'report': {
        const { kind: _, instance: index, ...settings } = action;
        const instance = instances[index % instances.length];
        return instance ? report(instance, settings) : [];
      }
      case 'obey':
        return (await Promise.all(instances.map(instance => report(instance)))).flat();
      case 'join': {
        joined += 1;
        const instance = { id: `${service}.${joined}`, version: action.version, told: null, sequence: 0 };
        instances.push(instance);
        return report(instance, { version: action.version });
      }
      case 'leave': {
        const [instance] = instances.splice(action.instance % Math.max(1, instances.length), 1);
        return instance ? expect(await api('DELETE', `${path}/instances/${instance.id}`), 200, 404) : [];
      }
      case 'deleteService':
        return expect(await api('DELETE', path), 200, 404, 409);
      case 'reconcile':
        await runtime.invoke('Reconcile', {});
        return [];
      case 'atOnce':
        return (await Promise.all(action.actions.map(perform))).flat();
    }
  }

  const open = () =>
    sql<{ id: string; status: string; schedule_time: Date | null }>(
      `select id, status, schedule_time from deploy_tasks
         where id = any ($1) and status in ('scheduled', 'deploying', 'paused', 'rollingBack')`,
      [deployments],
    );

  await request(api, 'POST', '/services', { name: service });
  for (const version of ['v1', 'v1', 'v1']) await perform({ kind: 'join', version });
  return {
    service,
    deployments,
    instances: () => instances.map(({ id }) => id),
    act: perform,
    async end() {
      const end = performance.now() + END_MS;
      for (let left = await open(); left.length > 0; left = await open()) {
        if (performance.now() > end) throw new Error(`without end: ${JSON.stringify(left)}`);
        for (const { id, status } of left) {
          if (status === 'paused') await api('POST', `/deployments/${id}/continue`);
          if (status === 'scheduled') await api('DELETE', `/deployments/${id}`);
        }
        await perform({ kind: 'obey' });
        await delay(20);
      }
      await perform({ kind: 'obey' });
      await perform({ kind: 'obey' });
    },
  };
}

function expect(reply: Reply, ...statuses: number[]): string[] {
  return statuses.includes(reply.status) ? [] : [`answered ${reply.status} ${JSON.stringify(reply.body)}`];
}
