-- args: {deployID, generation, revision, reason?}: every touched batch is undone. Ends as rolledBack, or as failed while instances did not
-- come back. Answers the facts and {row: signals, signals} for the scheduled deployments that waited for this one.
create or replace function finish_rollback(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  stuck boolean;
begin
  perform from services where id = (select service_id from deploy_tasks where id = args ->> 'deployID') for no key update;
  d := locked_deployment(args, 'rollingBack');
  if d.id is not null and not exists (select from deploy_batches where deploy_id = d.id and state not in ('pending', 'undone')) then
    stuck := exists (select from deploy_instances where deploy_id = d.id and state = 'undoFailed');
    if not stuck then
      update services set governing_deploy_id = null where id = d.service_id and governing_deploy_id = d.id;
    end if;
    perform settle_wait(d.id);
    perform end_deployment(d, case when stuck then 'failed' else 'rolledBack' end, coalesce(args ->> 'reason', d.reason));
    return next jsonb_build_object('row', 'signals', 'signals', settle_schedules(d.service_id));
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
