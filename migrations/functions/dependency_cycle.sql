-- The path by which a service with these dependencies would depend on itself, first and last name the same; null: none.
-- Only true while the caller holds the lock of the graph, which had no cycle before.
create or replace function dependency_cycle(service_name text, new_deps text[]) returns text[]
language plpgsql as $$
declare
  path text[] := array[service_name];
  following text[] := new_deps;
  step text;
begin
  loop
    select dep into step from unnest(following) dep where reaches_service(dep, service_name) limit 1;
    if not found then
      return null;
    end if;
    path := path || step;
    if step = service_name then
      return path;
    end if;
    select deps into following from services where name = step;
  end loop;
end
$$;
