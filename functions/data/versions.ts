import type { Key } from '#domain/cursor.ts';
import type { Pace } from '#domain/estimate.ts';
import type { Health } from '#domain/statuses.ts';
import { callFunction, type FunctionRow, type Once } from '#platform/database.ts';
import { latestMicros, ofService, type Page, readPage } from './page.ts';

export interface Version {
  readonly version: string;
  readonly createTime: string;
  readonly artifact?: string;
  readonly description?: string;
}

export async function createVersion(
  version: { service: string; version: string; artifact: string | undefined; description: string | undefined },
  once: Once,
): Promise<Version> {
  const [made] = await callFunction<FunctionRow & Record<keyof Version, string | null>>(
    'create_version',
    version,
    once,
  );
  if (!made) throw new Error('create_version answered nothing');
  const { version: name, createTime, artifact, description } = made;
  return {
    version: String(name),
    createTime: String(createTime),
    ...(artifact === null ? {} : { artifact }),
    ...(description === null ? {} : { description }),
  };
}

interface VersionsPage {
  readonly service: string;
  readonly limit: number;
  readonly after: Key | undefined;
}

/** Newest first; `unreleased` leaves those out that have a completed release or are being released. */
export function listVersions({
  service,
  unreleased,
  limit,
  after,
}: VersionsPage & { unreleased: boolean }): Promise<Page<Version>> {
  return readPage<Version>({
    limit,
    provided: ofService,
    items: `
      select json_build_array((extract(epoch from v.create_time) * 1000000)::bigint, v.version)::text as key,
          json_strip_nulls(json_build_object('version', v.version, 'createTime', rfc3339(v.create_time),
            'artifact', v.artifact, 'description', v.description))::text as item
        from services s join service_versions v on v.service_id = s.id
        where s.name = :service
          and (v.create_time, v.version) < (timestamptz 'epoch' + :micros::bigint * interval '1 microsecond', :version)
          and not (:unreleased and exists (
            select from deploy_tasks d where d.service_id = s.id and d.version = v.version
              and d.status in ('completed', 'deploying', 'paused', 'rollingBack')))
        order by v.create_time desc, v.version desc limit :take`,
    parameters: { service, unreleased, micros: Number(after?.[0] ?? latestMicros), version: String(after?.[1] ?? '') },
  });
}

/** A version that instances run, or that is to be run, with its latest deployment. */
export interface ActiveVersion {
  readonly version: string;
  readonly instances: number;
  readonly health: Health;
  readonly deployID?: string;
  readonly startTime?: string;
  readonly pace?: Pace;
}

/** By version. */
export function listActiveVersions({ service, limit, after }: VersionsPage): Promise<Page<ActiveVersion>> {
  return readPage<ActiveVersion>({
    limit,
    provided: ofService,
    items: activeVersions,
    parameters: { service, after: String(after?.[0] ?? '') },
  });
}

/** What ended batches took is measured by the wall's clock: a pause makes the estimate a late one, never an early one. */
const activeVersions = `
  with running as (
    select i.version, count(*) as instances,
        max(case when i.health = 'error' then 2 when i.health = 'warning' or is_lost(i, alive.since) then 1 else 0 end) as severity
      from services s
      join service_instances i on i.service_id = s.id,
      (select alive_since() as since offset 0) alive
      where s.name = :service and i.version is not null
      group by i.version
  ), wanted as (
    select version from running
    union
    select current_version from services where name = :service and current_version is not null
    union
    select d.version from services s join deploy_tasks d on d.id = s.governing_deploy_id
      where s.name = :service and d.status in ('deploying', 'paused', 'rollingBack')
  )
  select json_build_array(w.version)::text as key,
      json_strip_nulls(json_build_object('version', w.version, 'instances', coalesce(r.instances, 0),
        'health', (array['normal', 'warning', 'error'])[1 + greatest(r.severity, t.severity, 0)],
        'deployID', d.id, 'startTime', rfc3339(d.start_time),
        'pace', case when d.id is not null then json_build_object('status', d.status, 'finishTime', rfc3339(d.finish_time),
          'batchesLeft', b.batches_left, 'bakeSecondsLeft', b.bake_seconds_left, 'batchSeconds', b.batch_seconds) end))::text as item
    from services s
    join wanted w on w.version > :after
    left join running r on r.version = w.version
    left join lateral (
      select * from deploy_tasks d
        where d.service_id = s.id and d.version = w.version and d.start_time is not null
        order by d.start_time desc limit 1
    ) d on true
    left join lateral (
      select count(*) filter (where state in ('pending', 'deploying')) as batches_left,
          coalesce(sum(bake_seconds) filter (where state in ('pending', 'deploying', 'baking')), 0) as bake_seconds_left,
          avg(extract(epoch from end_time - begin_time)) filter (where end_time is not null) as batch_seconds
        from deploy_batches where deploy_id = d.id
    ) b on true
    left join lateral (
      select max(case health when 'error' then 2 when 'warning' then 1 else 0 end) as severity
        from (
          select health from service_states where service_id = s.id and resolve_time is null and version = w.version
          union all
          select health from alerts where service = s.name and resolve_time is null and version = w.version
        ) told
    ) t on true
    where s.name = :service
    order by w.version limit :take`;
