import type { Actor } from '#domain/actor.ts';
import type { Key } from '#domain/cursor.ts';
import type { Health } from '#domain/statuses.ts';
import { callFunction, type Once } from '#platform/database.ts';
import { ofService, type Page, readPage } from './page.ts';
import { type EndedWait, signalsOf } from './workflow.ts';

export interface Instance {
  readonly id: string;
  readonly version?: string;
  readonly health: Health;
  /** Silent for three of its own report intervals. */
  readonly lost: boolean;
  readonly message?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createTime: string;
  readonly reportTime: string;
  readonly reportAfterSeconds: number;
}

/** By id. */
export function listInstances(page: {
  service: string;
  limit: number;
  after: Key | undefined;
}): Promise<Page<Instance>> {
  return readPage<Instance>({
    limit: page.limit,
    provided: ofService,
    items: `
      select json_build_array(i.id)::text as key,
          json_strip_nulls(json_build_object('id', i.id, 'version', i.version, 'health', i.health, 'lost', is_lost(i, alive.since),
            'message', i.message, 'labels', i.labels, 'createTime', rfc3339(i.create_time),
            'reportTime', rfc3339(i.report_time), 'reportAfterSeconds', i.report_after_seconds))::text as item
        from services s
        join service_instances i on i.service_id = s.id,
        (select alive_since() as since offset 0) alive
        where s.name = :service and i.id > :after
        order by i.id limit :take`,
    parameters: { service: page.service, after: String(page.after?.[0] ?? '') },
  });
}

/** What an instance says of itself. */
export interface Report {
  readonly service: string;
  readonly id: string;
  readonly version: string | null;
  readonly health?: Health | undefined;
  readonly outcome?: 'succeeded' | 'failed' | undefined;
  readonly deployID?: string | undefined;
  readonly message?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly sequence?: number | undefined;
  readonly actor: Actor;
}

/** How often instances are to report: in all, by the second; and each one at most, in seconds, while something is going on or not. */
export interface ReportPace {
  readonly rate: number;
  readonly fastSeconds: number;
  readonly slowSeconds: number;
}

/** What an instance is answered. */
export interface Desired {
  readonly desiredVersion: string | null;
  readonly artifact?: string;
  readonly deployID?: string;
  readonly reportAfterSeconds: number;
}

/** A report that is stored twice says the same twice; an attempt that failed is not to be counted as two. */
export async function reportInstance(
  report: Report & ReportPace,
  once: Once,
): Promise<{ desired: Desired; signals: readonly EndedWait[] }> {
  const rows = await callFunction('report_instance', report, report.outcome === 'failed' ? once : 'harmless');
  const answer = rows.find(({ row }) => row === 'answer');
  if (!answer) throw new Error('report_instance answered nothing');
  const { row: _, ...desired } = answer;
  return { desired: desired as unknown as Desired, signals: signalsOf(rows) };
}

export async function deregisterInstance(
  instance: { service: string; id: string; actor: Actor },
  once: Once,
): Promise<readonly EndedWait[]> {
  return signalsOf(await callFunction('deregister_instance', instance, once));
}
