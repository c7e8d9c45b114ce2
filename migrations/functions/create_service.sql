-- args: {name, deps}
create or replace function create_service(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  wanted text[] := array(select jsonb_array_elements_text(args -> 'deps'));
  cycle text[];
begin
  perform lock_service_graph();
  cycle := dependency_cycle(args ->> 'name', wanted);
  if exists (select from services where name = args ->> 'name') then
    return next refused('serviceExists');
  elsif cycle is not null then
    return next refused('dependencyCycle', jsonb_build_object('cycle', cycle));
  else
    insert into services (name, deps) values (args ->> 'name', wanted);
    return next service_document(args ->> 'name');
  end if;
end
$$;
