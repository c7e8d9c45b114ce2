-- args: {service, id, actor}
create or replace function deregister_instance(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  owner bigint;
begin
  select id into owner from services where name = args ->> 'service';
  if not found then
    return next refused('serviceNotFound');
  elsif not exists (select from service_instances where id = args ->> 'id' and service_id = owner) then
    return next refused('instanceNotFound');
  else
    return next jsonb_build_object('row', 'signals', 'signals', remove_instance(args ->> 'id', owner, coalesce(args -> 'actor', system_actor()), null));
  end if;
end
$$;
