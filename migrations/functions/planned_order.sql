-- The instances that a plan made now would hold, in its order: zone by zone in turn, then by id.
create or replace function planned_order(of_service bigint) returns table (instance_id text, place_in_plan bigint)
language sql stable as $$
  select id, row_number() over (order by place, zone, id)
    from (
      select i.id, coalesce(i.labels ->> 'zone', '') collate "C" as zone,
          row_number() over (partition by coalesce(i.labels ->> 'zone', '') collate "C" order by i.id) as place
        from service_instances i, (select alive_since() as since offset 0) alive
        where i.service_id = of_service and not is_lost(i, alive.since)
    ) placed
$$;
