import type { TestRuntime } from '../../support/runtime.ts';

/** Everything that is stored of the service $1, but for what is another value each time: measured paces, tokens of waits, keys. */
const DUMP = `
  with s as (select * from services where name in ($1, $1 || '-new')),
    d as (select * from deploy_tasks where service = $1)
  select jsonb_build_object(
    'services', (select jsonb_agg(to_jsonb(s) - 'id' order by name) from s),
    'versions', (select jsonb_agg(to_jsonb(v) - 'service_id' order by version) from service_versions v join s on s.id = v.service_id),
    'instances', (select jsonb_agg(to_jsonb(i) - '{service_id,report_after_seconds}'::text[] order by i.id)
      from service_instances i where i.id like $1 || '.%'),
    'states', (select jsonb_agg(to_jsonb(r) - '{id,service_id}'::text[] order by r.id) from service_states r join s on s.id = r.service_id),
    'alerts', (select jsonb_agg(to_jsonb(a) order by start_time) from alerts a where service = $1),
    'tokens', (select jsonb_agg(to_jsonb(t) - 'hash' order by create_time) from api_tokens t where service = $1),
    'deployments', (select jsonb_agg(to_jsonb(d) - '{service_id,paused_for}'::text[] order by create_time) from d),
    'batches', (select jsonb_agg(to_jsonb(b) order by index) from deploy_batches b join d on d.id = b.deploy_id),
    'planned', (select jsonb_agg(to_jsonb(p) order by position) from deploy_instances p join d on d.id = p.deploy_id),
    'waits', (select jsonb_agg(to_jsonb(w) - '{token,token_entered,token_retry}'::text[] order by number)
      from deploy_waits w join d on d.id = w.deploy_id),
    'fired', (select jsonb_agg(to_jsonb(a) order by a.fingerprint) from deploy_alerts a join d on d.id = a.deploy_id),
    'events', (select jsonb_agg(to_jsonb(e) - '{id,operation_id}'::text[] order by e.id) from deploy_events e join d on d.id = e.deploy_id)
  ) as dump`;

/** Whether every execution of $1 that there is to be waits with its token, at a look of the database that has changed nothing since. */
const SETTLED = `
  select not exists (
    select from deploy_tasks d
      where d.service = $1 and d.status in ('scheduled', 'deploying', 'paused', 'rollingBack')
        and not exists (
          select from deploy_waits w where w.deploy_id = d.id and w.number = d.wait_number and w.settle_time is null and w.token is not null)
  ) as settled`;

export async function isSettled(runtime: TestRuntime, service: string): Promise<boolean> {
  const [row] = await runtime.sql<{ settled: boolean }>(SETTLED, [service]);
  return row?.settled === true;
}

/** Nobody looks at the service any more: its deployments need no execution. */
export async function abandon(runtime: TestRuntime, service: string): Promise<void> {
  await runtime.sql("update deploy_tasks set status = 'failed' where service = $1", [service]);
}

/** What is stored of a service, the same for the same story of any service at any time. */
export async function dump(runtime: TestRuntime, service: string): Promise<unknown> {
  const [row] = await runtime.sql<{ dump: object }>(DUMP, [service]);
  return neutralize(row?.dump, service);
}

/** An answer's body, or rows, without what differs from one run to the next. */
export function neutralize(value: unknown, service: string): unknown {
  const text = JSON.stringify(value ?? null)
    .replaceAll(service, 'SERVICE')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"/g, '"TIME"')
    .replace(/"sm_[\w-]+"/g, '"TOKEN"')
    .replace(/"(\w+(?:Seconds|PerSecond|Signals|Changes|Deployments))":[\d.]+/g, '"$1":0')
    .replace(/"status":"(?:ok|degraded)","reasons":\[[^\]]*\]/, '"status":"any"')
    .replace(/"id":"\d+"/g, '"id":"NUMBER"');
  return JSON.parse(text);
}
