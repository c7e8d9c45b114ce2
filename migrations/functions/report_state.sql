-- args: {service, health, version?, message?, correlationId?, actor}. One open state for each (version, correlation id); normal resolves
-- it. Answers {row: state} and {row: signals, signals} of the releases that act on one, which they do in error alone.
create or replace function report_state(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  owner bigint;
  since timestamptz;
  told service_states;
begin
  -- The service's lock makes reports of one state come one after the other.
  select id into owner from services where name = args ->> 'service' for no key update;
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  update service_states set resolve_time = now()
    where service_id = owner and resolve_time is null
      and version is not distinct from (args ->> 'version') and correlation_id is not distinct from (args ->> 'correlationId')
    returning start_time into since;
  insert into service_states (service_id, health, version, message, correlation_id, resolve_time, start_time)
    values (owner, args ->> 'health', args ->> 'version', args ->> 'message', args ->> 'correlationId',
      case when args ->> 'health' = 'normal' then now() end, coalesce(since, now()))
    returning * into told;
  return next jsonb_strip_nulls(jsonb_build_object('row', 'state', 'id', told.id::text, 'health', told.health, 'version', told.version,
    'message', told.message, 'correlationId', told.correlation_id, 'reportTime', rfc3339(told.report_time)));
  if told.health <> 'normal' then
    return next jsonb_build_object('row', 'signals', 'signals',
      note_alerts('state', array[state_alert(told, args ->> 'service')], args -> 'actor'));
  end if;
end
$$;
