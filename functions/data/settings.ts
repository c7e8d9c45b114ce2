import type { Policy } from '#domain/analysis/policy.ts';
import type { OwnTemplates } from '#domain/metrics/templates.ts';
import { Refusal } from '#domain/refusal.ts';
import { callFunction, type FunctionRow, type Once, query } from '#platform/database.ts';

/** What a service has in place of the defaults. */
export interface ServiceSettings {
  readonly metrics?: OwnTemplates;
}

/** What a service has in place of the defaults, and what its releases are judged by unless they say otherwise. */
export interface KeptSettings {
  readonly settings: ServiceSettings;
  readonly analysis: Policy | null;
}

/** What is to be changed; null: back to the default. */
export interface SettingsChange {
  readonly analysis?: Policy | null | undefined;
  readonly metrics?: { readonly [Name in keyof OwnTemplates]?: string | null | undefined } | undefined;
}

/** Rejects with Refusal where there is no such service. */
export async function readSettings(service: string): Promise<KeptSettings> {
  const found = join(
    await query<Partial<KeptSettings>>(
      `select json_build_object('settings', settings)::text from services where name = :service
      union all
      select json_build_object('analysis', analysis)::text from services where name = :service`,
      { service },
    ),
  );
  if (!found) throw new Refusal('serviceNotFound', 'There is no such service.');
  return found;
}

export async function updateSettings(service: string, change: SettingsChange, once: Once): Promise<KeptSettings> {
  const kept = join(
    await callFunction<FunctionRow & Partial<KeptSettings>>('update_settings', { service, ...change }, once),
  );
  if (!kept) throw new Error('update_settings answered nothing');
  return kept;
}

/** They come in rows of their own, since the Data API promises no more than 64 KB for each. */
function join(rows: readonly Partial<KeptSettings>[]): KeptSettings | undefined {
  const { settings, analysis = null } = Object.assign({}, ...rows) as Partial<KeptSettings>;
  return settings && { settings, analysis };
}

/** What metrics of a service are read by: its settings, and the versions that it runs or is to run, by name. */
export interface MeasuredService {
  readonly settings: ServiceSettings;
  readonly versions: readonly string[];
}

/** At most `limit` versions. Rejects with Refusal where there is no such service. */
export async function readMeasured(service: string, limit: number): Promise<MeasuredService> {
  // In rows of their own, since the Data API promises no more than 64 KB for each.
  const rows = await query<Partial<MeasuredService>>(
    `select json_build_object('settings', settings)::text from services where name = :service
    union all
    select json_build_object('versions', array(
        select version from (
          select version from service_instances where service_id = s.id
          union
          select s.current_version
          union
          select d.version from deploy_tasks d where d.id = s.governing_deploy_id and d.status in ('deploying', 'paused', 'rollingBack')
        ) active where version is not null order by version limit :limit))::text
      from services s where s.name = :service`,
    { service, limit },
  );
  const { settings, versions } = Object.assign({}, ...rows) as Partial<MeasuredService>;
  if (!settings || !versions) throw new Refusal('serviceNotFound', 'There is no such service.');
  return { settings, versions };
}
