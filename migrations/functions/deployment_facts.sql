-- All that a decision about a deployment depends on, as of one moment. Seconds are on its own clock; rests may be negative.
-- Along with it goes what is still to be published of it.
create or replace function deployment_facts(deployment text) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'row', 'facts', 'deployID', d.id, 'service', d.service, 'version', d.version,
    'status', d.status, 'generation', d.generation, 'revision', d.revision, 'strategy', d.strategy, 'analysis', d.analysis,
    'planned', d.planned, 'total', d.total, 'failures', d.failures,
    'scheduleRest', extract(epoch from d.schedule_time - now())::double precision,
    'batchCount', (select count(*) from deploy_batches b where b.deploy_id = d.id),
    'plannable', case when not d.planned and d.status = 'deploying' then plannable_count(d.service_id) end,
    'batch', (
      select jsonb_build_object('index', b.index, 'size', b.size, 'done', b.done, 'failed', b.failed, 'state', b.state,
          'bakeSeconds', b.bake_seconds, 'gate', b.gate, 'bakeRest', extract(epoch from b.bake_due - release_clock(d))::double precision)
        from deploy_batches b where b.deploy_id = d.id and b.index = d.current_batch),
    'undo', (
      select jsonb_build_object('index', b.index, 'size', b.undo_size, 'done', b.undo_done, 'failed', b.undo_failed, 'state', b.state)
        from deploy_batches b
        where d.status = 'rollingBack' and b.deploy_id = d.id and b.state not in ('pending', 'undone')
        order by b.state = 'undoing' desc, b.index desc limit 1),
    'notReturned', case when d.status = 'rollingBack' then (
      select coalesce(jsonb_agg(i.instance_id), '[]') from (
        select instance_id from deploy_instances where deploy_id = d.id and state = 'undoFailed' order by batch, position limit 20) i
      ) end,
    'failure', case when d.status = 'deploying' and d.failures > 0 then (
      select e.instance_id || ': ' || left(e.reason, 300) from deploy_events e
        where e.deploy_id = d.id and e.type = 'instanceFailed' order by e.id desc limit 1)
      end,
    'look', case when d.analysis is not null then (
      select jsonb_build_object('rest', extract(epoch from a.due - release_clock(d))::double precision, 'tally', a.tally)
        from deploy_analyses a where a.deploy_id = d.id)
      end,
    'onAlert', d.on_alert,
    'alert', case when d.status in ('deploying', 'paused') then (
      select alert_details(a) || jsonb_build_object('others', count(*) over () - 1) from deploy_alerts a
        where a.deploy_id = d.id and a.state = 'open' order by a.health = 'error' desc, a.receive_time, a.fingerprint limit 1)
      end,
    'overdue', coalesce(due.overdue, 0),
    'dueRest', extract(epoch from due.nearest - release_clock(d))::double precision,
    'unpublished', unpublished_of(d.id))
  from deploy_tasks d
  left join lateral (
    select count(*) filter (where i.due <= release_clock(d)) as overdue, min(i.due) as nearest
      from deploy_batches b
      join deploy_instances i on i.deploy_id = b.deploy_id and i.batch = b.index
      where b.deploy_id = d.id
        and (d.status = 'deploying' and b.state in ('deploying', 'baking') and i.state in ('pending', 'told', 'settling')
          or d.status = 'rollingBack' and b.state = 'undoing' and i.state = 'undoing')
  ) due on true
  where d.id = deployment
$$;
