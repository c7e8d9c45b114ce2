-- args: {deployID, actor, reason?, operationID} as a person's command, or {deployID, generation, revision, reason, details?} as a verdict, which is
-- void when its facts no longer stand. Answers {row: signals, signals}, {row: started, generation} and the deployment's rows.
create or replace function rollback_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  s services;
  d deploy_tasks;
  is_verdict boolean := args -> 'revision' is not null;
begin
  select * into s from services where id = (select service_id from deploy_tasks where id = args ->> 'deployID') for no key update;
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if d.id is null then
    return next refused('deploymentNotFound');
    return;
  elsif operation_done(args) or (is_verdict and (d.generation <> (args ->> 'generation')::integer or d.revision <> (args ->> 'revision')::bigint)) then
    return query select deployment_rows(d.id);
    return;
  elsif d.status not in ('deploying', 'paused', 'completed', 'failed') or d.start_time is null then
    return next refused('statusConflict', jsonb_build_object('status', d.status));
    return;
  elsif s.id is null or exists (
      select from deploy_tasks later where later.service_id = d.service_id and later.id <> d.id
        and later.status not in ('scheduled', 'rolledBack') and later.start_time > d.start_time) then
    return next refused('notLatestDeployment', jsonb_build_object('status', d.status));
    return;
  end if;
  return next jsonb_build_object('row', 'signals', 'signals', settle_wait(d.id));
  if d.record_state <> 'kept' then
    -- Who was in which batch is not known any more: its plan is made of those that run now.
    delete from deploy_instances where deploy_id = d.id;
    delete from deploy_batches where deploy_id = d.id;
    update deploy_tasks set record_state = 'kept', total = 0 where id = d.id returning * into d;
  end if;
  if d.status in ('completed', 'failed') then
    perform drop_gone_instances(d);
  end if;
  if d.status = 'completed' then
    perform undo_completion(d);
  end if;
  update deploy_alerts set state = case when is_verdict then 'acted' else 'accepted' end where deploy_id = d.id and state = 'open';
  -- A rollback that is tried again undoes what did not come back the last time.
  update deploy_batches b set state = 'done', undo_size = 0, undo_done = 0, undo_failed = 0
    where b.deploy_id = d.id and b.state = 'undone'
      and exists (select from deploy_instances i where i.deploy_id = d.id and i.batch = b.index and i.state = 'undoFailed');
  if is_verdict then
    update deploy_batches set anomaly = left(args ->> 'reason', 300) where deploy_id = d.id and index = d.current_batch;
  end if;
  update services set governing_deploy_id = d.id where id = d.service_id;
  update deploy_tasks
    set status = 'rollingBack', generation = generation + 1, revision = revision + 1, faults_in_a_row = 0, finish_time = null,
      reason = args ->> 'reason', pause_kind = null, pause_time = null,
      paused_for = paused_for + greatest(coalesce(now() - pause_time, '0'), '0')
    where id = d.id;
  perform add_event(d.id, 'rollbackStarted', coalesce(args -> 'actor', system_actor()), d.status, 'rollingBack',
    nullif(d.current_batch, -1), null, args ->> 'reason', args ->> 'operationID', args -> 'details');
  return next jsonb_build_object('row', 'started', 'generation', d.generation + 1);
  return query select deployment_rows(d.id);
end
$$;
