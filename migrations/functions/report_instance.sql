-- args: {service, id, version, health?, outcome?, deployID?, message?, labels?, sequence?, rate, fastSeconds, slowSeconds, actor}: what an
-- instance says of itself. Answers {row: answer, desiredVersion, artifact?, deployID?, reportAfterSeconds} and {row: signals, signals}.
-- A report that changes nothing locks its own row only and touches no index.
create or replace function report_instance(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  s services;
  i service_instances;
  d deploy_tasks;
  di deploy_instances;
  b deploy_batches;
  signals jsonb := '[]';
  wanted text;
  pace double precision;
begin
  select * into s from services where name = args ->> 'service';
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  select * into i from service_instances where id = args ->> 'id';
  if i.service_id <> s.id then
    -- An agent's token is for one service: it takes no instance out of another, be that lost.
    if args #>> '{actor,role}' = 'agent' or not is_lost(i, alive_since()) then
      return next refused('instanceOfOtherService', jsonb_build_object('service', (select name from services where id = i.service_id)));
      return;
    end if;
    signals := remove_instance(i.id, i.service_id, coalesce(args -> 'actor', system_actor()), 'it reports for ' || s.name);
    i := null;
  end if;
  if i.id is null then
    i := register_instance(args, s.id);
    if i.id is null then
      return next refused('serviceNotFound');
      return;
    elsif i.service_id <> s.id then
      return next refused('instanceOfOtherService', jsonb_build_object('service', (select name from services where id = i.service_id)));
      return;
    end if;
  end if;
  if s.governing_deploy_id is not null then
    select * into d from deploy_tasks where id = s.governing_deploy_id;
    select * into di from deploy_instances where deploy_id = d.id and instance_id = i.id;
    if found then
      select * into b from deploy_batches where deploy_id = d.id and index = di.batch;
      if report_matters(args, i, d, di, b) then
        signals := signals || advance_instance(args, d.id, i.id, b.index);
        select * into s from services where id = s.id;
        select * into d from deploy_tasks where id = d.id;
        select * into di from deploy_instances where deploy_id = d.id and instance_id = i.id;
        select * into b from deploy_batches where deploy_id = d.id and index = di.batch;
      end if;
    end if;
    signals := signals || unsent_signals(d.id);
  end if;

  if s.governing_deploy_id is null or di.deploy_id is null or d.id <> s.governing_deploy_id then
    wanted := s.current_version;
  elsif di.told_time is not null and di.state not in ('undoing', 'undone', 'undoFailed') then
    wanted := d.version;
  else
    wanted := di.previous_version;
  end if;
  if d.status in ('deploying', 'paused', 'rollingBack')
      and (b.state in ('deploying', 'baking', 'undoing') or (b.state = 'pending' and b.index = d.current_batch + 1)) then
    pace := greatest((args ->> 'fastSeconds')::double precision, b.size / (args ->> 'rate')::double precision);
  else
    -- The planner's count of all instances: kept by the server itself, so that no report counts rows.
    pace := greatest((args ->> 'slowSeconds')::double precision,
      (select reltuples from pg_class where oid = 'service_instances'::regclass) * 2 / (args ->> 'rate')::double precision);
  end if;
  pace := round((pace * (0.9 + 0.2 * random()))::numeric, 1);

  update service_instances
    set version = args ->> 'version', health = coalesce(args ->> 'health', 'normal'), message = left(args ->> 'message', 2000),
      labels = coalesce(args -> 'labels', labels), sequence = coalesce((args ->> 'sequence')::bigint, sequence),
      report_time = now(), report_after_seconds = pace
    where id = i.id and coalesce(sequence <= (args ->> 'sequence')::bigint, true);
  -- What the instance's next report would say again need not wait for the disk, nor keep the batch locked until then. That it was told
  -- something, that it failed, or that a wait has ended, must.
  if signals = '[]' and i.create_time < now()
      and not coalesce(di.told_time >= now() or di.told_back_time >= now() or di.state in ('failed', 'undoFailed'), false) then
    perform set_config('synchronous_commit', 'off', true);
  end if;
  return next jsonb_strip_nulls(jsonb_build_object('row', 'answer', 'reportAfterSeconds', pace,
      'deployID', case when di.deploy_id is not null and d.status in ('deploying', 'paused', 'rollingBack') then d.id end,
      'artifact', (select artifact from service_versions where service_id = s.id and version = wanted)))
    || jsonb_build_object('desiredVersion', wanted);
  if signals <> '[]' then
    return next jsonb_build_object('row', 'signals', 'signals', signals);
  end if;
end
$$;
