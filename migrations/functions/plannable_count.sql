-- How many instances a plan made now would hold: those that are not lost.
create or replace function plannable_count(of_service bigint) returns bigint
language sql stable as $$
  select count(*)
    from service_instances i, (select alive_since() as since offset 0) alive
    where i.service_id = of_service and not is_lost(i, alive.since)
$$;
