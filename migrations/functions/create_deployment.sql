-- args: {id, service, version, strategy, analysis?, overrides?, onAlert?, description?, scheduleTime?, force, actor, dryRun?}; without
-- `analysis` the service's own counts, with `overrides` in it where there are some; null is none. Answers the deployment's rows and,
-- where its plan is to be made next, {row: instances, count, analysis}: how many of them are not lost, and what the release is
-- judged by.
create or replace function create_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  s services;
  made deploy_tasks;
  refusal jsonb;
  policy jsonb := nullif(args -> 'analysis', 'null');
  scheduled boolean := coalesce((args ->> 'scheduleTime')::timestamptz > now(), false);
begin
  select * into s from services where name = args ->> 'service' for no key update;
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  if not args ? 'analysis' then
    policy := s.analysis;
  else
    policy := coalesce(s.analysis || (args -> 'overrides'), policy);
  end if;
  refusal := release_refusal(s, args ->> 'version', (args ->> 'force')::boolean, scheduled);
  if refusal is not null then
    return next refusal;
    return;
  end if;
  if (args ->> 'dryRun')::boolean then
    return next jsonb_build_object('row', 'instances', 'count', plannable_count(s.id), 'analysis', policy);
    return;
  end if;
  insert into service_versions (service_id, version) values (s.id, args ->> 'version') on conflict do nothing;
  insert into deploy_tasks (id, service_id, service, version, previous_version, status, strategy, analysis, on_alert, forced, description,
      schedule_time, start_time)
    values (args ->> 'id', s.id, s.name, args ->> 'version', case when not scheduled then s.current_version end,
      case when scheduled then 'scheduled' else 'deploying' end, args -> 'strategy', policy, coalesce(args ->> 'onAlert', 'pause'),
      (args ->> 'force')::boolean, args ->> 'description', (args ->> 'scheduleTime')::timestamptz,
      case when not scheduled then clock_timestamp() end)
    returning * into made;
  perform add_event(made.id, 'created', args -> 'actor', null, made.status, reason => made.description);
  if not scheduled then
    update services set governing_deploy_id = made.id where id = s.id;
    perform note_baseline(made);
    return next jsonb_build_object('row', 'instances', 'count', plannable_count(s.id));
  end if;
  return query select deployment_rows(made.id);
end
$$;
