import type { Actor } from '#domain/actor.ts';
import type { Key } from '#domain/cursor.ts';
import type { ReadAlert } from '#domain/read-alert.ts';
import { callFunction, type FunctionRow, type Once } from '#platform/database.ts';
import { latestMicros, type Page, readPage } from './page.ts';
import { type EndedWait, signalsOf } from './workflow.ts';

export interface StoredAlert extends ReadAlert {
  readonly state: 'firing' | 'resolved';
  readonly receiveTime: string;
}

export interface Received {
  readonly firing: number;
  readonly resolved: number;
  /** Waits of the releases that are to act on one. */
  readonly signals: readonly EndedWait[];
}

/** Doing it again changes nothing. Answers how many of them fire, and how many are resolved. */
export async function receiveAlerts(alerts: readonly ReadAlert[], actor: Actor, once: Once): Promise<Received> {
  const rows = await callFunction('receive_alerts', { alerts, actor }, once);
  const told = rows.find((row): row is FunctionRow & Received => row.row === 'received');
  if (!told) throw new Error('receive_alerts answered nothing');
  return { firing: told.firing, resolved: told.resolved, signals: signalsOf(rows) };
}

interface AlertsPage {
  readonly service: string | undefined;
  readonly state: 'firing' | 'resolved' | undefined;
  readonly limit: number;
  readonly after: Key | undefined;
}

/** The latest start first. */
export function listAlerts({ service, state, limit, after }: AlertsPage): Promise<Page<StoredAlert>> {
  return readPage<StoredAlert>({
    limit,
    items: `
      select json_build_array((extract(epoch from start_time) * 1000000)::bigint, fingerprint)::text as key,
          json_strip_nulls(json_build_object('fingerprint', fingerprint, 'name', name, 'service', service, 'version', version,
            'health', health, 'state', case when resolve_time is null then 'firing' else 'resolved' end, 'message', message,
            'labels', labels, 'startTime', rfc3339(start_time), 'resolveTime', rfc3339(resolve_time),
            'receiveTime', rfc3339(receive_time)))::text as item
        from alerts
        where (start_time, fingerprint) < (timestamptz 'epoch' + :micros::bigint * interval '1 microsecond', :fingerprint)
          ${service === undefined ? '' : 'and service = :service'}
          ${state === undefined ? '' : `and resolve_time is ${state === 'firing' ? '' : 'not '}null`}
        order by start_time desc, fingerprint desc limit :take`,
    parameters: {
      micros: Number(after?.[0] ?? latestMicros),
      fingerprint: String(after?.[1] ?? ''),
      ...(service === undefined ? {} : { service }),
    },
  });
}
