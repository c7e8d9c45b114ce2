import type { Actor } from '#domain/actor.ts';
import { firstLookAfter, gridFrom, historyLooks } from '#domain/analysis/grid.ts';
import type { Key } from '#domain/cursor.ts';
import type { InstanceState } from '#domain/instance-states.ts';
import type { DeploymentStatus, Health } from '#domain/statuses.ts';
import { ofDeployment, type Page, readPage } from './page.ts';

export interface DeploymentInstance {
  readonly id: string;
  readonly batch: number;
  readonly state: InstanceState;
  readonly previousVersion?: string;
  readonly toldTime?: string;
  readonly toldBackTime?: string;
  readonly message?: string;
  /** The first look of the grid that it spent on the target; the first of all where it ran it before. */
  readonly updatedAtLook?: number;
  /** What it reported last; left out once it is deregistered. */
  readonly version?: string;
  readonly health?: Health;
}

interface InstancesPage {
  readonly deployID: string;
  readonly batch: number | undefined;
  readonly state: InstanceState | undefined;
  readonly limit: number;
  readonly after: Key | undefined;
}

interface StoredInstance extends Omit<DeploymentInstance, 'updatedAtLook'> {
  /** Left out where nothing is measured, or it was not seen on the target. Times are in seconds since the epoch. */
  readonly updated?: readonly [startTime: number, interval: number, updateTime: number];
}

/** In the order of the plan. */
export async function listDeploymentInstances(page: InstancesPage): Promise<Page<DeploymentInstance>> {
  const { deployID, batch, state, limit, after } = page;
  const { items, last } = await readPage<StoredInstance>({
    limit,
    provided: ofDeployment,
    items: `
      select json_build_array(p.batch, p.position)::text as key,
          json_strip_nulls(json_build_object('id', p.instance_id, 'batch', p.batch, 'state', p.state,
            'previousVersion', p.previous_version, 'toldTime', rfc3339(p.told_time), 'toldBackTime', rfc3339(p.told_back_time),
            'message', p.message, 'version', i.version, 'health', i.health,
            'updated', case when p.update_time is not null and d.analysis is not null then json_build_array(
              extract(epoch from d.start_time)::double precision, d.analysis -> 'interval',
              extract(epoch from p.update_time)::double precision) end))::text as item
        from deploy_instances p
        left join service_instances i on i.id = p.instance_id
        join deploy_tasks d on d.id = p.deploy_id
        where p.deploy_id = :deployID and (p.batch, p.position) > (:afterBatch::bigint, :afterPosition::bigint)
          ${batch === undefined ? '' : 'and p.batch = :batch::bigint'}
          ${state === undefined ? '' : 'and p.state = :state'}
        order by p.batch, p.position limit :take`,
    parameters: {
      deployID,
      afterBatch: Number(after?.[0] ?? -1),
      afterPosition: Number(after?.[1] ?? -1),
      ...(batch === undefined ? {} : { batch }),
      ...(state === undefined ? {} : { state }),
    },
  });
  return { items: items.map(toInstance), last };
}

function toInstance({ updated, ...instance }: StoredInstance): DeploymentInstance {
  if (!updated) return instance;
  const [startTime, interval, updateTime] = updated;
  const look = firstLookAfter(gridFrom(startTime, interval), updateTime);
  return { ...instance, updatedAtLook: Math.max(-historyLooks, look) };
}

export interface DeploymentEvent {
  readonly id: string;
  readonly time: string;
  readonly type: string;
  readonly actor?: Actor;
  readonly from?: DeploymentStatus;
  readonly to?: DeploymentStatus;
  readonly batch?: number;
  readonly instance?: string;
  readonly reason?: string;
  /** The facts that led to it. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Oldest first. Nulls within the details are facts, too. */
export function listDeploymentEvents(page: {
  deployID: string;
  limit: number;
  after: Key | undefined;
}): Promise<Page<DeploymentEvent>> {
  return readPage<DeploymentEvent>({
    limit: page.limit,
    provided: ofDeployment,
    items: `
      select json_build_array(e.id)::text as key,
          left(json_strip_nulls(json_build_object('id', e.id::text, 'time', rfc3339(e.time), 'type', e.type, 'actor', e.actor,
            'from', e.from_status, 'to', e.to_status, 'batch', e.batch, 'instance', e.instance_id, 'reason', e.reason))::text, -1)
            || coalesce(',"details":' || e.details::text, '') || '}' as item
        from deploy_events e
        where e.deploy_id = :deployID and e.id > :after::bigint
        order by e.id limit :take`,
    parameters: { deployID: page.deployID, after: Number(page.after?.[0] ?? 0) },
  });
}
