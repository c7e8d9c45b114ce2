-- args: {deployID, generation, revision}: starts a scheduled deployment whose time has come, or says why not yet (it stays
-- scheduled behind an active one) or why never (failed). Answers its facts and, where a wait was ended, {row: signals}.
create or replace function start_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  s services;
  refusal jsonb;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID';
  select * into s from services where id = d.service_id for no key update;
  d := locked_deployment(args, 'scheduled');
  if d.id is null or d.schedule_time > now() then
    return next deployment_facts(args ->> 'deployID');
    return;
  end if;
  if s.id is null then
    refusal := refused('serviceNotFound');
  else
    refusal := release_refusal(s, d.version, d.forced, false);
  end if;
  if refusal ->> 'code' = 'deploymentActive' then
    update deploy_tasks set reason = format('waits for deployment %s to end', refusal ->> 'deployID') where id = d.id;
    return next deployment_facts(d.id) || jsonb_build_object('behind', refusal ->> 'deployID');
    return;
  elsif refusal is not null then
    update deploy_tasks
      set status = 'failed', finish_time = clock_timestamp(), revision = revision + 1, reason = case refusal ->> 'code'
        when 'serviceNotFound' then 'its service is gone'
        when 'versionIsCurrent' then 'the version is already current'
        else 'all instances of the service are lost'
      end
      where id = d.id returning * into d;
    perform add_event(d.id, 'failed', system_actor(), 'scheduled', 'failed', reason => d.reason);
  else
    update deploy_tasks
      set status = 'deploying', start_time = clock_timestamp(), previous_version = s.current_version, reason = null, revision = revision + 1
      where id = d.id returning * into d;
    update services set governing_deploy_id = d.id where id = s.id;
    insert into service_versions (service_id, version) values (s.id, d.version) on conflict do nothing;
    perform add_event(d.id, 'started', system_actor(), 'scheduled', 'deploying');
    perform note_baseline(d);
  end if;
  return next deployment_facts(d.id);
end
$$;
