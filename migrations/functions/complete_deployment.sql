-- args: {deployID, generation, revision, reason}: the last batch is done, so the target becomes the current version. Answers the facts and
-- {row: signals, signals} for the scheduled deployments that waited for this one.
create or replace function complete_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
begin
  perform from services where id = (select service_id from deploy_tasks where id = args ->> 'deployID') for no key update;
  d := locked_deployment(args, 'deploying');
  if d.id is not null and d.planned
      and not exists (select from deploy_batches where deploy_id = d.id and state <> 'done') then
    update services set current_version = d.version, governing_deploy_id = null where id = d.service_id;
    perform settle_wait(d.id);
    perform end_deployment(d, 'completed', args ->> 'reason');
    return next jsonb_build_object('row', 'signals', 'signals', settle_schedules(d.service_id));
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
