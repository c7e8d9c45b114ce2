-- args: {deployID, actor, reason?, operationID}. Answers {row: signals, signals} and the deployment's rows.
create or replace function pause_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if d.id is null then
    return next refused('deploymentNotFound');
    return;
  elsif not operation_done(args) then
    if d.status <> 'deploying' then
      return next refused('statusConflict', jsonb_build_object('status', d.status));
      return;
    end if;
    return next jsonb_build_object('row', 'signals', 'signals',
      pause_at(d, 'pause', args -> 'actor', args ->> 'reason', args ->> 'operationID'));
  end if;
  return query select deployment_rows(d.id);
end
$$;
