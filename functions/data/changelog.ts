import type { Key } from '#domain/cursor.ts';
import type { Health } from '#domain/statuses.ts';
import { latestMicros, type Page, readPage } from './page.ts';

export interface Change {
  readonly service: string;
  readonly version: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly instances: number;
  readonly totalInstances: number;
  readonly health: Health;
  readonly batches: readonly {
    readonly name: string;
    readonly status: string;
    readonly start?: string;
    readonly end?: string;
    readonly anomaly?: string;
  }[];
}

/** Deployments that have begun, newest first, each with its first 100 batches. */
export function listChanges({ limit, after }: { limit: number; after: Key | undefined }): Promise<Page<Change>> {
  return readPage<Change>({
    limit,
    items: `
      select json_build_array((extract(epoch from d.create_time) * 1000000)::bigint, d.id)::text as key,
          json_strip_nulls(json_build_object('service', d.service, 'version', d.version,
            'startTime', rfc3339(coalesce(d.start_time, d.create_time)), 'endTime', rfc3339(d.finish_time),
            'instances', b.done, 'totalInstances', d.total,
            'health', case
              when d.status = 'failed' or b.failed > (d.strategy ->> 'maxFailures')::integer then 'error'
              when b.failed > 0 or b.is_odd or d.status in ('rollingBack', 'rolledBack') then 'warning'
              else 'normal'
            end,
            'batches', b.batches))::text as item
        from deploy_tasks d
        join lateral (
          select coalesce(sum(done), 0) as done, coalesce(sum(failed + undo_failed), 0) as failed,
              bool_or(anomaly is not null) as is_odd,
              coalesce(json_agg(json_build_object('name', 'batch ' || index, 'status', state,
                'start', rfc3339(begin_time), 'end', rfc3339(coalesce(undo_end_time, end_time)),
                'anomaly', case when failed + undo_failed > 0 then failed + undo_failed || ' of ' || size || ' instances failed' else anomaly end)
                order by index) filter (where index < 100), '[]') as batches
            from deploy_batches where deploy_id = d.id
        ) b on true
        where d.status <> 'scheduled'
          and (d.create_time, d.id) < (timestamptz 'epoch' + :micros::bigint * interval '1 microsecond', :id)
        order by d.create_time desc, d.id desc limit :take`,
    parameters: { micros: Number(after?.[0] ?? latestMicros), id: String(after?.[1] ?? '') },
  });
}
