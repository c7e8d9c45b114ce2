-- args: {name, deps}
create or replace function update_service(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  wanted text[] := array(select jsonb_array_elements_text(args -> 'deps'));
  cycle text[];
begin
  perform lock_service_graph();
  if not exists (select from services where name = args ->> 'name') then
    return next refused('serviceNotFound');
    return;
  end if;
  cycle := dependency_cycle(args ->> 'name', wanted);
  if cycle is not null then
    return next refused('dependencyCycle', jsonb_build_object('cycle', cycle));
    return;
  end if;
  update services set deps = wanted where name = args ->> 'name';
  return next service_document(args ->> 'name');
end
$$;
