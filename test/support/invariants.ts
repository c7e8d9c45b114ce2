import { type DeploymentStatus, transitions } from '../../functions/domain/statuses.ts';
import type { Sql } from './sql.ts';

/** What must hold of a deployment ($1) between any two statements; each select answers what is wrong. */
const CHECKS = `
  with d as (select * from deploy_tasks where id = $1),
  counted as (
    select b.*,
        count(i.*) as members,
        count(*) filter (where i.state = 'updated'
          or i.state in ('undoing', 'undone', 'undoFailed') and i.target_time is not null) as updated,
        count(*) filter (where i.state = 'failed') as not_updated,
        count(*) filter (where i.state in ('undoing', 'undone', 'undoFailed')) as undo_members,
        count(*) filter (where i.state = 'undone') as undone,
        count(*) filter (where i.state = 'undoFailed') as not_undone,
        count(*) filter (where i.told_time is not null) as told
      from deploy_batches b left join deploy_instances i on i.deploy_id = b.deploy_id and i.batch = b.index
      where b.deploy_id = $1 group by b.deploy_id, b.index
  )
  select format('batch %s has size %s and %s instances', index, size, members) as violation from counted where size <> members
  union all
  select format('batch %s counts %s done, %s failed; %s are updated, %s failed', c.index, c.done, c.failed, c.updated, c.not_updated)
    from counted c, d
    where c.done <> c.updated or c.done + c.failed > c.size or c.failed < c.not_updated
      or c.undo_begin_time is null and c.failed <> c.not_updated
  union all
  select format('batch %s counts %s of %s undone, %s not; %s of %s are undone, %s not',
      index, undo_done, undo_size, undo_failed, undone, undo_members, not_undone)
    from counted
    where state in ('undoing', 'undone') and (undo_size, undo_done, undo_failed) is distinct from (undo_members, undone, not_undone)
  union all
  select format('%s of batch %s, which has not begun, are told', told, index) from counted where state = 'pending' and told > 0
  union all
  select format('batch %s is begun, the current one is %s', index, current_batch) from counted, d
    where state = 'deploying' and index <> current_batch
  union all
  select format('its plan holds %s, which its service does not', i.instance_id) from deploy_instances i, d
    where i.deploy_id = d.id and d.status in ('deploying', 'paused', 'rollingBack')
      and not exists (select from service_instances s where s.id = i.instance_id and s.service_id = d.service_id)
  union all
  select format('its total is %s of %s', d.total, (select sum(members) from counted)) from d
    where planned and total <> (select coalesce(sum(members), 0) from counted)
  union all
  select format('%s waits are open: %s', count(*), string_agg(w.kind || ' ' || w.number, ', '))
    from deploy_waits w where w.deploy_id = $1 and w.settle_time is null having count(*) > 1
  union all
  select format('%s is open, the current wait is %s', w.number, d.wait_number) from deploy_waits w, d
    where w.deploy_id = d.id and w.settle_time is null and w.number <> d.wait_number
  union all
  select format('it is %s and waits for %s', d.status, w.kind) from deploy_waits w, d
    where w.deploy_id = d.id and w.settle_time is null and d.status in ('completed', 'rolledBack', 'failed') and d.start_time is not null
  union all
  select format('it is %s, paused as %s at %s', status, pause_kind, pause_time) from d
    where (status = 'paused') <> (pause_kind is not null) or (status = 'paused') <> (pause_time is not null)
  union all
  select format('it is %s, its service is governed by %s', d.status, s.governing_deploy_id) from d join services s on s.id = d.service_id
    where (d.status in ('deploying', 'paused', 'rollingBack')) and s.governing_deploy_id is distinct from d.id
      or d.status in ('scheduled', 'completed', 'rolledBack') and s.governing_deploy_id = d.id
  union all
  select format('it is %s with an alert to act on, and waits for %s', d.status, w.kind) from deploy_waits w, d
    where w.deploy_id = d.id and w.settle_time is null and d.status = 'deploying'
      and exists (select from deploy_alerts a where a.deploy_id = d.id and a.state = 'open')
  union all
  select format('it is %s in spite of %s', d.status, a.name) from deploy_alerts a, d
    where a.deploy_id = d.id and a.state = 'open' and d.status in ('completed', 'rolledBack')
  union all
  select format('%s was acted on in no event', a.name) from deploy_alerts a, d
    where a.deploy_id = d.id and a.state in ('acted', 'accepted') and d.record_state = 'kept'
      and not exists (select from deploy_events e where e.deploy_id = d.id and e.type in ('pausedOnAlert', 'rollbackStarted'))
  union all
  select format('it has %s looks up to %s, has counted %s and told of %s', count(l.*), max(l.number), a.looks,
      (select count(*) from deploy_events e where e.deploy_id = a.deploy_id and e.type = 'looked'))
    from d join deploy_analyses a on a.deploy_id = d.id left join deploy_looks l on l.deploy_id = a.deploy_id
    where d.record_state = 'kept' and a.record_state = 'kept'
    group by a.deploy_id having count(l.*) <> a.looks or coalesce(max(l.number) + 1, 0) <> a.looks
      or (select count(*) from deploy_events e where e.deploy_id = a.deploy_id and e.type = 'looked') <> a.looks
  union all
  select format('%s looks at batch %s with %s requests add up to %s with %s', count(l.*), a.tally ->> 'batch',
      coalesce(sum((l.facts ->> 'samples')::bigint), 0), a.tally ->> 'looks', a.tally ->> 'samples')
    from deploy_analyses a left join deploy_looks l on l.deploy_id = a.deploy_id and l.batch = (a.tally ->> 'batch')::integer
    where a.deploy_id = $1 and a.record_state = 'kept' and a.tally is not null
    group by a.deploy_id
    having (count(l.*), coalesce(sum((l.facts ->> 'samples')::bigint), 0))
      is distinct from ((a.tally ->> 'looks')::bigint, (a.tally ->> 'samples')::bigint)
  union all
  select format('counts are kept from look %s to %s, and should be up to %s', min(s.look), max(s.look), a.stored)
    from deploy_analyses a join deploy_samples s on s.deploy_id = a.deploy_id where a.deploy_id = $1 and a.record_state = 'kept'
    group by a.deploy_id having max(s.look) is distinct from a.stored
  union all
  select format('batch %s bakes no more, and a look at it is due', b.index)
    from deploy_analyses a join d on a.deploy_id = d.id join deploy_batches b on b.deploy_id = d.id and b.index = d.current_batch
    where a.due is not null and d.status = 'deploying' and b.state in ('gated', 'done')
  union all
  select format('%s deployments of its service are active', count(*)) from deploy_tasks a, d
    where a.service_id = d.service_id and a.status in ('deploying', 'paused', 'rollingBack') having count(*) > 1`;

interface StatusEvent {
  readonly from: DeploymentStatus | null;
  readonly to: DeploymentStatus;
}

/** What does not hold of a deployment that should; empty when all is well. */
export async function violationsOf(sql: Pick<Sql, 'query'>, deployID: string): Promise<string[]> {
  const rows = await sql.query<{ violation: string }>(CHECKS, [deployID]);
  return [...rows.map(({ violation }) => violation), ...(await transitionViolations(sql, deployID))];
}

/** Each change of status begins where the one before ended, is one of the table's, and the last is the one that stands. */
async function transitionViolations(sql: Pick<Sql, 'query'>, deployID: string): Promise<string[]> {
  // In one statement: a release may be under way.
  const rows = await sql.query<StatusEvent & { status: DeploymentStatus }>(
    `select d.status, e.from_status as "from", e.to_status as "to"
       from deploy_tasks d left join deploy_events e on e.deploy_id = d.id and e.to_status is not null
       where d.id = $1 order by e.id`,
    [deployID],
  );
  const status = rows[0]?.status;
  const events = rows.filter(({ to }) => to !== null);
  const broken = events.flatMap(({ from, to }, index) => {
    const before = events[index - 1]?.to ?? null;
    if (from !== before) return [`an event goes from ${from} to ${to} after one to ${before}`];
    const legal: readonly DeploymentStatus[] = from ? transitions[from] : ['scheduled', 'deploying'];
    return legal.includes(to) ? [] : [`it went from ${from} to ${to}`];
  });
  const last = events.at(-1)?.to;
  return last === status ? broken : [...broken, `it is ${status}, its last event says ${last}`];
}

export function statusEventsOf(sql: Pick<Sql, 'query'>, deployID: string): Promise<StatusEvent[]> {
  return sql.query<{ from: DeploymentStatus | null; to: DeploymentStatus }>(
    'select from_status as "from", to_status as "to" from deploy_events where deploy_id = $1 and to_status is not null order by id',
    [deployID],
  );
}
