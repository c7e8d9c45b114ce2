-- args: {deployID}: removes a deployment that has not started. Answers {row: signals, signals}.
create or replace function delete_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  signals jsonb;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if d.id is null then
    return next refused('deploymentNotFound');
  elsif d.status <> 'scheduled' then
    return next refused('statusConflict', jsonb_build_object('status', d.status));
  else
    signals := settle_wait(d.id);
    delete from deploy_tasks where id = d.id;
    return next jsonb_build_object('row', 'signals', 'signals', signals);
  end if;
end
$$;
