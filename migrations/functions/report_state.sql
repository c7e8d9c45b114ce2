-- args: {service, health, version?, message?, correlationId?}. One open state for each (version, correlation id); normal resolves it.
create or replace function report_state(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  owner bigint;
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
      and version is not distinct from (args ->> 'version') and correlation_id is not distinct from (args ->> 'correlationId');
  insert into service_states (service_id, health, version, message, correlation_id, resolve_time)
    values (owner, args ->> 'health', args ->> 'version', args ->> 'message', args ->> 'correlationId',
      case when args ->> 'health' = 'normal' then now() end)
    returning * into told;
  return next jsonb_strip_nulls(jsonb_build_object('row', 'state', 'id', told.id::text, 'health', told.health, 'version', told.version,
    'message', told.message, 'correlationId', told.correlation_id, 'reportTime', rfc3339(told.report_time)));
end
$$;
