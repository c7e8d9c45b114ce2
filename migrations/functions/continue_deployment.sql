-- args: {deployID, waitID?, actor, reason?, operationID}: ends whatever wait for a person there is, or the one that is named. After a
-- failure the failures so far are accepted, after an alert those so far, after a look what it found. Answers {row: signals, signals} and the deployment's rows.
create or replace function continue_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if d.id is null then
    return next refused('deploymentNotFound');
    return;
  elsif not operation_done(args) then
    if d.status <> 'paused' then
      return next refused('statusConflict', jsonb_build_object('status', d.status));
      return;
    elsif args ->> 'waitID' <> d.wait_number::text then
      return next refused('waitConflict', jsonb_build_object('waitID', d.wait_number::text));
      return;
    end if;
    return next jsonb_build_object('row', 'signals', 'signals', settle_wait(d.id));
    if d.pause_kind = 'gate' then
      update deploy_batches set state = 'done' where deploy_id = d.id and state = 'gated';
    elsif d.pause_kind = 'alert' then
      update deploy_alerts set state = 'accepted' where deploy_id = d.id and state in ('open', 'acted');
    elsif d.pause_kind = 'analysis' then
      update deploy_analyses set tally = coalesce(accepted_tally, tally), accepted_tally = null where deploy_id = d.id;
    end if;
    update deploy_tasks
      set status = 'deploying', pause_kind = null, pause_time = null, paused_for = paused_for + greatest(now() - pause_time, interval '0'), reason = null,
        failures = case when d.pause_kind = 'failure' then 0 else failures end, revision = revision + 1
      where id = d.id;
    perform add_event(d.id, 'continued', args -> 'actor', 'paused', 'deploying', nullif(d.current_batch, -1), null,
      args ->> 'reason', args ->> 'operationID');
  end if;
  return query select deployment_rows(d.id);
end
$$;
