-- The first report of an instance, whose service may be deleted at this moment: then no row (id null).
create or replace function register_instance(args jsonb, of_service bigint) returns service_instances
language plpgsql as $$
declare
  made service_instances;
begin
  perform from services where id = of_service for key share;
  if not found then
    return null;
  end if;
  insert into service_instances (id, service_id, version, health, labels, sequence, report_after_seconds)
    values (args ->> 'id', of_service, args ->> 'version', coalesce(args ->> 'health', 'normal'), coalesce(args -> 'labels', '{}'),
      (args ->> 'sequence')::bigint, (args ->> 'slowSeconds')::double precision)
    on conflict (id) do nothing;
  select * into made from service_instances where id = args ->> 'id';
  return made;
end
$$;
