-- args: {deployID, version?, scheduleTime?, strategy?, analysis?, overrides?, actor, operationID}: changes a deployment that has not
-- started; an analysis is as create_deployment has it, and null takes its own away. Answers {row: signals, signals} and the
-- deployment's rows. What it waited for is looked at anew.
create or replace function update_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if d.id is null then
    return next refused('deploymentNotFound');
    return;
  elsif not operation_done(args) then
    if d.status <> 'scheduled' then
      return next refused('statusConflict', jsonb_build_object('status', d.status));
      return;
    end if;
    update deploy_tasks
      set version = coalesce(args ->> 'version', version), strategy = coalesce(args -> 'strategy', strategy),
        analysis = case
          when not args ? 'analysis' then analysis
          else coalesce(
            (select s.analysis || (args -> 'overrides') from services s where s.id = service_id),
            nullif(args -> 'analysis', 'null'))
        end,
        schedule_time = coalesce((args ->> 'scheduleTime')::timestamptz, schedule_time), reason = null,
        revision = revision + 1
      where id = d.id;
    perform add_event(d.id, 'changed', args -> 'actor', operation_id => args ->> 'operationID');
    return next jsonb_build_object('row', 'signals', 'signals', settle_wait(d.id));
  end if;
  return query select deployment_rows(d.id);
end
$$;
